using Npgsql;

namespace Trading.Lab.Replay;

/// <summary>The database of the bot of 2025-10-17, with the rows that its reports show (S4).</summary>
public sealed class LegacyBot(string database)
{
    private const string Tables = """
        CREATE SCHEMA monitoring;
        CREATE TABLE monitoring.positions(
            id serial PRIMARY KEY, symbol varchar(50) NOT NULL, exchange varchar(50) NOT NULL, side varchar(10) NOT NULL,
            status varchar(20) NOT NULL, quantity numeric(20, 8) NOT NULL, entry_price numeric(20, 8), pnl double precision,
            exchange_order_id varchar(100), notes text, raw jsonb, tags text[], doubled numeric GENERATED ALWAYS AS (quantity * 2) STORED,
            exit_reason varchar(100), opened_at timestamp, closed_at timestamp, created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL);
        CREATE TABLE monitoring.orders(
            id serial PRIMARY KEY, position_id varchar(50), exchange_order_id varchar(100), type text);
        CREATE TABLE monitoring.trades(id serial PRIMARY KEY, position_id varchar(50), trade_id text);
        CREATE FUNCTION monitoring.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = now(); RETURN NEW; END';
        CREATE TRIGGER stamp BEFORE UPDATE ON monitoring.positions FOR EACH ROW EXECUTE FUNCTION monitoring.stamp();
        """;

    /// <summary>Id, symbol, status, when, and whether the wave opened it: then it has an order, and the other is a ghost.</summary>
    private static readonly (int Id, string Symbol, string Status, string At, bool IsReal)[] Rows =
    [
        (201, "COTIUSDT", "closed", "2025-10-16 08:36:18", true), (338, "HOLOUSDT", "closed", "2025-10-16 15:36:06", true),
        (463, "TAGUSDT", "closed", "2025-10-17 08:36:16", true), (582, "HNTUSDT", "active", "2025-10-17 19:21:05", true),
        (583, "TAGUSDT", "active", "2025-10-17 19:21:07", true), (584, "HOLOUSDT", "active", "2025-10-17 19:21:10", true),
        (585, "COTIUSDT", "active", "2025-10-17 19:21:12", true), (586, "LSKUSDT", "active", "2025-10-17 19:21:16", true),
        (587, "LSKUSDT", "active", "2025-10-17 19:22:41", false), (588, "HOLOUSDT", "active", "2025-10-17 19:22:41", false),
        (589, "TAGUSDT", "active", "2025-10-17 19:23:18", false), (590, "COTIUSDT", "active", "2025-10-17 19:23:18", false),
    ];

    /// <param name="database">Connection string of an empty PostgreSQL database.</param>
    public static async Task<LegacyBot> Create(string database)
    {
        var bot = new LegacyBot(database);
        await bot.Run(Tables);
        foreach (var (id, symbol, status, at, isReal) in Rows)
        {
            var order = isReal ? $"'{12_026_858 + id}'" : "NULL";
            await bot.Run($$"""
                INSERT INTO monitoring.positions(id, symbol, exchange, side, status, quantity, entry_price, pnl, exchange_order_id,
                    notes, raw, tags, opened_at, created_at, updated_at)
                VALUES({{id}}, '{{symbol}}', 'binance', 'short', '{{status}}', 564334.00, 0.00035440, -0.1, {{order}},
                    E'line\n"quoted" Ω', '{"a":  1.50}', '{x,"y,z"}', '{{at}}', '{{at}}+00', '{{at}}.123456+00')
                """);
            if (!isReal) continue;
            await bot.Run($"INSERT INTO monitoring.orders(position_id, exchange_order_id, type) VALUES('{id}', {order}, 'entry'), ('{id}', '9{id}', 'stop')");
            await bot.Run($"INSERT INTO monitoring.trades(position_id, trade_id) VALUES('{id}', 't{id}')");
        }

        return bot;
    }

    public string Database => database;

    /// <summary>The table as <c>COPY</c> writes it, row by row.</summary>
    public async Task<string> Text()
    {
        await using var connection = await Open();
        using var rows = await connection.BeginTextExportAsync("COPY (SELECT * FROM monitoring.positions ORDER BY id) TO STDOUT");
        return await rows.ReadToEndAsync();
    }

    /// <returns>The first column of the first row; null where there is none.</returns>
    public async Task<object?> Run(string sql)
    {
        await using var connection = await Open();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection($"{database};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Lab.Databases;
using Trading.Node.Configuration;

namespace Trading.Lab.Journals;

/// <param name="Hash">SHA-256 over every event of both, which were the same.</param>
public sealed record CopiedJournal(JournalId Id, long Events, string Hash);

/// <summary>
/// A journal to the other engine and back, with its id, positions, commands, epochs and times, so that a node goes on with
/// the copy as if it had been its own. A journal may live in one place only: nodes on both would be two writers.
/// </summary>
public static class JournalCopy
{
    private const int Page = 5_000;

    /// <param name="from">A file, or a PostgreSQL connection string.</param>
    /// <param name="to">The other; new or empty.</param>
    /// <param name="told">Told the number of events from time to time.</param>
    /// <exception cref="JournalUnusableException">One of them is not what it must be; one line for the operator.</exception>
    /// <exception cref="ConfigurationException">A node has the journal in a database open, or the server cannot be reached.</exception>
    /// <exception cref="IOException">A node holds the file, or a database went away.</exception>
    /// <exception cref="FormatException">Not a connection string.</exception>
    public static async Task<CopiedJournal> Run(string from, string to, Action<long> told)
    {
        if (!IsPostgres(from) && !File.Exists(from))
            throw new JournalUnusableException($"{from}: there is no such file; a database is named as Host=…;Database=…;Username=…");
        using var heldFrom = Hold(from);
        using var heldTo = Hold(to);
        foreach (var database in new[] { from, to }.Where(IsPostgres)) await StoppedNode.RefuseInUse(database, TimeProvider.System);
        await using var source = await Open(from);
        var events = IsPostgres(to) ? await PostgresImport.Run(to, source, told) : await SqliteImport.Run(to, source, told);
        await using var copy = await Open(to);
        var hash = await Hash(source);
        if (copy.Id != source.Id || await Hash(copy) != hash)
            throw new JournalUnusableException($"{Name(to)} is not what {Name(from)} is: do not use it");
        return new CopiedJournal(source.Id, events, hash);
    }

    /// <summary>What it is called in a line: a connection string without its password.</summary>
    public static string Name(string address) => IsPostgres(address) ? PostgresConnections.Name(address) : address;

    private static bool IsPostgres(string address) => address.Contains("host=", StringComparison.OrdinalIgnoreCase);

    private static async Task<IJournal> Open(string address) => IsPostgres(address)
        ? await PostgresJournal.Open(address, TimeProvider.System, NoJournal)
        : SqliteJournal.Open(address, TimeProvider.System, NoJournal);

    private static JournalId NoJournal() => throw new JournalUnusableException("there is no journal to be copied from");

    /// <summary>A node that runs on the file holds its folder; so does this.</summary>
    private static FileStream? Hold(string address)
    {
        if (IsPostgres(address) || Path.GetDirectoryName(Path.GetFullPath(address)) is not { } folder || !Directory.Exists(folder)) return null;
        try
        {
            return new FileStream(Path.Combine(folder, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"{address}: a node holds this folder; stop it first", e);
        }
    }

    private static async Task<string> Hash(IJournal journal)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var position = 0L;
        while (await journal.ReadAll(position, Page) is { Count: > 0 } page)
        {
            foreach (var e in page)
            {
                Add(hash, e.Position, e.Version, e.Epoch, e.TypeVersion, e.WrittenUtc.Ticks);
                hash.AppendData(Encoding.UTF8.GetBytes($"{e.Stream}\n{e.CommandId}\n{e.Type}\n"));
                hash.AppendData(e.Json.Span);
            }

            position = page[^1].Position;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, params ReadOnlySpan<long> numbers)
    {
        Span<byte> octets = stackalloc byte[sizeof(long)];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(octets, number);
            hash.AppendData(octets);
        }
    }
}

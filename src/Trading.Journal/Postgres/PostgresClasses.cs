namespace Trading.Journal.Postgres;

/// <summary>The first two characters of an SQLSTATE.</summary>
internal static class PostgresClasses
{
    public const string DataException = "22";
    public const string IntegrityViolation = "23";
    public const string TransactionRollback = "40";
    public const string Damaged = "XX";
}

using Microsoft.Data.Sqlite;

namespace Trading.Node;

/// <summary>A disk that takes nothing now, and may again once somebody has made room.</summary>
internal static class FullDisk
{
    private const int NoSpace = 28, QuotaUsed = 122;
    private const int HandleDiskFull = unchecked((int)0x80070027), DiskFull = unchecked((int)0x80070070);

    /// <summary>Whether that is what is behind it, however it was worded on the way.</summary>
    public static bool IsBehind(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR }) return true;
            if (e is IOException { HResult: NoSpace or QuotaUsed or HandleDiskFull or DiskFull }) return true;
        }

        return false;
    }
}

using System.Runtime.InteropServices;

namespace Trading.Node;

/// <summary>
/// Journal, tables, book, logs and copies tell what is traded: only the user who runs the program reads or writes them. On
/// Windows the folder's access list says who may.
/// </summary>
public static class OwnerOnly
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Everything that this process makes on disk from here on, SQLite's side files included.</summary>
    public static void FromHereOn()
    {
        if (!OperatingSystem.IsWindows()) _ = SetMask((uint)Others);
    }

    /// <summary>Takes the others' rights from a file that an earlier build or a copy has made with them.</summary>
    /// <returns>False: it belongs to another user, and stays as it is.</returns>
    public static bool Tighten(string file)
    {
        if (OperatingSystem.IsWindows() || IsPrivate(file)) return true;
        try
        {
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) & ~Others);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Nobody but its owner may read, write or run it.</summary>
    public static bool IsPrivate(string file) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Others) == UnixFileMode.None;

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}

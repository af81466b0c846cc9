using System.Globalization;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Trading.Scenarios.Processes;

/// <summary>What an operator sees of a node that cannot start, as a process: one line that says what to do, never a stack.</summary>
public sealed class BadStarts(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trading-bad-start-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("monitoring.db", "cannot be opened")]
    [InlineData("operator.token", "cannot be read or made")]
    [InlineData("journal.db", "cannot be opened")]
    [InlineData("logs", "cannot be")]
    public void A_folder_or_a_file_where_the_other_is_wanted_is_said_in_one_line(string name, string said)
    {
        if (name is "logs") Write(name);
        else Directory.CreateDirectory(Path.Combine(Data, name));
        Assert.Contains(said, Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_journal_beside_a_filled_book_of_the_exchange_is_said_in_one_line()
    {
        Write("journal.db");
        using (var book = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Data, "exchange.db"), Pooling = false }.ToString()))
        {
            book.Open();
            using var command = book.CreateCommand();
            command.CommandText = "CREATE TABLE changes(id INTEGER PRIMARY KEY, at_utc TEXT, kind TEXT, row TEXT); INSERT INTO changes VALUES(1, '2026-01-01T00:00:00Z', 'Order', '{');";
            command.ExecuteNonQuery();
        }

        Assert.Contains("journal.db is missing or empty", Refused(), StringComparison.Ordinal);
        File.Delete(Path.Combine(Data, "journal.db"));
        Assert.Contains("exchange.db", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_book_of_the_exchange_that_cannot_be_read_is_said_in_one_line()
    {
        using (var node = Started()) Stopped(node);

        File.WriteAllText(Path.Combine(Data, "exchange.db"), "rubbish");
        Assert.Contains("book cannot be read", Refused(), StringComparison.Ordinal);
    }

    /// <summary>With the usual mask of a login, and beside a journal that an earlier build has left open to everybody.</summary>
    [Fact]
    public void What_a_node_has_on_disk_is_read_by_its_owner_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var first = Started()) Stopped(first);
        var journal = Path.Combine(Data, "journal.db");
        File.SetUnixFileMode(journal, owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        using var node = Started();

        var files = Directory.GetFiles(Data, "*", SearchOption.AllDirectories);
        foreach (var file in files) Assert.Equal((file, owner), (file, File.GetUnixFileMode(file)));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        foreach (var name in (string[])["journal.db", "journal.db-wal", "monitoring.db", "exchange.db", "operator.token", "node.lock"])
            Assert.Contains(Path.Combine(Data, name), files);
        Stopped(node);
    }

    private static void Stopped(ProgramProcess node)
    {
        node.Signal("TERM");
        Assert.True(node.WaitForExit(TimeSpan.FromSeconds(20)), node.Printed);
    }

    /// <summary>A limit on the size of its files stands for the disk: it is reached at once, and taken away while the node waits.</summary>
    [Theory]
    [InlineData(1)] // not even the journal
    [InlineData(40)] // the journal, and not what follows it
    [InlineData(70)]
    public void A_full_disk_is_said_in_one_line_and_waited_for_and_the_node_starts_once_there_is_room(int kib)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var node = ProgramProcess.StartOnFullDisk("Trading.Node.dll", ["--data", Data, "--port", "0"], kib);
        Until(node, "waits for room");
        Assert.False(node.HasExited, node.Printed);
        Assert.Single(node.Printed.Split('\n'));

        node.MakeRoom();

        Until(node, "API and pages on");
        node.Signal("TERM");
        Assert.True(node.WaitForExit(TimeSpan.FromSeconds(30)), node.Printed);
        Assert.Equal(0, node.ExitCode);
        JudgeLines(node);
    }

    [Fact]
    public void A_node_that_waits_for_room_can_be_stopped()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var node = ProgramProcess.StartOnFullDisk("Trading.Node.dll", ["--data", Data, "--port", "0"], kib: 1);
        Until(node, "waits for room");

        node.Signal("TERM");

        Assert.True(node.WaitForExit(TimeSpan.FromSeconds(10)), node.Printed);
        Assert.Equal(0, node.ExitCode);
        Assert.Equal(2, node.Printed.Split('\n').Length);
        JudgeLines(node);
    }

    private ProgramProcess Started()
    {
        var node = ProgramProcess.Start("Trading.Node.dll", ["--data", Data, "--port", "0"]);
        Until(node, "API and pages on");
        return node;
    }

    /// <returns>The one line.</returns>
    private string Refused()
    {
        using var node = ProgramProcess.Start("Trading.Node.dll", ["--data", Data, "--port", "0", "--for", "1s"]);
        Assert.True(node.WaitForExit(TimeSpan.FromSeconds(30)), node.Printed);
        JudgeLines(node);
        Assert.Equal(2, node.ExitCode);
        return Assert.Single(node.Printed.Split('\n'));
    }

    private void JudgeLines(ProgramProcess node)
    {
        output.WriteLine(node.Printed);
        Assert.DoesNotContain("   at ", node.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", node.Printed, StringComparison.Ordinal);
    }

    private static void Until(ProgramProcess node, string said)
    {
        var deadline = DateTime.UtcNow.AddSeconds(45);
        while (!node.Printed.Contains(said, StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < deadline && !node.HasExited, string.Create(CultureInfo.InvariantCulture, $"never said: {said}\n{node.Printed}"));
            Thread.Sleep(20);
        }
    }

    private void Write(string name)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllBytes(Path.Combine(Data, name), []);
    }
}

using Trading.Node.Api;

namespace Trading.Tests.Api;

public sealed class OperatorTokenTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("token-").FullName;

    private string TokenFile => Path.Combine(_data, OperatorToken.FileName);

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void The_first_start_writes_a_token_for_its_owner_only_and_later_ones_keep_it()
    {
        var deeper = Path.Combine(_data, "new");
        OperatorToken.ReadOrCreate(deeper);
        var file = Path.Combine(deeper, OperatorToken.FileName);
        var text = File.ReadAllText(file);
        Assert.Equal(64, text.Trim().Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        OperatorToken.ReadOrCreate(deeper);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public void A_token_that_others_may_read_is_refused_with_the_remedy()
    {
        if (OperatingSystem.IsWindows()) return;
        OperatorToken.ReadOrCreate(_data);
        File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refused = Assert.Throws<InvalidDataException>(() => OperatorToken.ReadOrCreate(_data));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_and_a_short_secret_admit_nobody()
    {
        OperatorToken.ReadOrCreate(_data);
        File.WriteAllText(TokenFile, "");
        Assert.Throws<InvalidDataException>(() => OperatorToken.ReadOrCreate(_data));
        var refused = Assert.Throws<InvalidDataException>(() => OperatorToken.From("s3cret"));
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }
}

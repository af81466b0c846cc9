using System.Text;
using Trading.Domain.Positions;

namespace Trading.Gateways;

/// <summary>What an answer proves.</summary>
internal enum Fate
{
    Done,

    /// <summary>Nothing happened.</summary>
    Refused,
    Unknown,
}

/// <summary>An answer with what it proves.</summary>
/// <param name="What">Verb and path, for texts; never query, body or headers.</param>
/// <param name="Message">The exchange's, or ours where it gave none.</param>
/// <param name="SentAt">Timestamp of the time provider at which the request was stamped.</param>
internal sealed record RestAnswer(
    string What, Fate Fate, int Status, int? Code, string Message, ReadOnlyMemory<byte> Body, long SentAt, bool NeverSent = false)
{
    private const int LongestMessage = 300;

    /// <summary>What a refusal means for a position.</summary>
    public RejectKind Kind { get; init; } = RejectKind.Other;

    public static RestAnswer Unsent(string what, string why, long at) =>
        new(what, Fate.Refused, WireAnswer.NotConnected, null, why, default, at, NeverSent: true);

    /// <summary>The part that is alike everywhere: what could not leave, and what was not answered; null where an answer came.</summary>
    public static RestAnswer? WithoutAnswer(string what, WireAnswer answer, long sentAt) => answer.Status switch
    {
        WireAnswer.NotConnected => Unsent(what, $"{what}: no connection", sentAt),
        WireAnswer.NoAnswer => new(what, Fate.Unknown, answer.Status, null, $"{what}: no answer", default, sentAt),
        _ => null,
    };

    /// <summary>The outcome, its body read by <paramref name="read"/> when the answer says done. One that cannot be read proves nothing.</summary>
    public Outcome<T> Judge<T>(Func<ReadOnlyMemory<byte>, Outcome<T>> read)
    {
        switch (Fate)
        {
            case Fate.Refused when NeverSent: return new Refused<T>(Refused<T>.NeverSent, Message);
            case Fate.Refused: return new Refused<T>(Code ?? Status, Message, Kind);
            case Fate.Unknown: return new Unknown<T>(Message);
        }

        try
        {
            return read(Body);
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new Unknown<T>($"{What}: the answer cannot be read");
        }
    }

    public static string Clip(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage];

    public static string Clip(ReadOnlyMemory<byte> body) => Clip(Encoding.UTF8.GetString(body.Span));
}

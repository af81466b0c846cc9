using System.Collections.Frozen;
using Trading.Domain.Positions;

namespace Trading.Gateways.Bybit;

/// <summary>The exchange's codes, each placed once (protocol §3, §8.2 and §12). What is not listed proves nothing.</summary>
internal static class BybitCodes
{
    public const int Parameters = 10001;
    public const int OutsideWindow = 10002;
    public const int NotAllowed = 10005;
    public const int TooManyVisits = 10006;
    public const int NoSuchRoute = 10017;
    public const int SystemLimit = 10429;
    public const int NotOpen = 110001;

    /// <summary>The state asked for holds already.</summary>
    private static readonly FrozenSet<int> AlreadyTrue = FrozenSet.Create(34040, 110025, 110026, 110043);

    /// <summary>
    /// Nothing happened. 110072 (the id is taken) is absent on purpose: it proves that an order with that id stands. So are
    /// 10000, 10014, 10016 and 10019: what they are about may have been executed.
    /// </summary>
    private static readonly FrozenSet<int> NothingHappened = FrozenSet.Create(
        Parameters, OutsideWindow, 10003, 10004, NotAllowed, TooManyVisits, 10007, 10008, 10009, 10010, NoSuchRoute, 10018, 10024, 10027,
        10028, 10029, SystemLimit, 33004,
        NotOpen, 110003, 110004, 110005, 110006, 110007, 110008, 110009, 110010, 110011, 110012, 110013, 110014, 110015, 110016, 110017,
        110018, 110019, 110020, 110021, 110022, 110023, 110024, 110028, 110029, 110031, 110032, 110033, 110034, 110035, 110036, 110037,
        110038, 110039, 110040, 110041, 110042, 110044, 110045, 110046, 110047, 110048, 110049, 110050, 110051, 110052, 110053, 110054,
        110055, 110056, 110057, 110058, 110059, 110060, 110061, 110062, 110063, 110064, 110065, 110066, 110067, 110068, 110069, 110071,
        110074, 110079, 110085, 110086, 110089, 110090, 110092, 110093, 110094, 110108, 110109, 110118, 110120, 110121, 110123, 110124,
        110125, 110132, 30208, 30209, 30228, 40004, 100028, 3400045, 3400139);

    public static bool IsClock(int? code) => code is OutsideWindow;

    /// <summary>HTTP says 200 to business errors too: the code decides.</summary>
    public static Fate Of(int status, int? code) => status switch
    {
        408 or >= 500 or < 200 => Fate.Unknown,
        _ when code is { } known => Of(known, status < 300),

        // Without a code: refused before the exchange's own gate (credentials, address limit, region).
        401 or 403 or 429 => Fate.Refused,
        _ => Fate.Unknown,
    };

    /// <summary>Several refusals share 10001 and differ by their text (protocol §8.2).</summary>
    public static RejectKind KindOf(int code, string message) => code switch
    {
        110092 or 110093 => RejectKind.WouldTrigger,
        110017 => RejectKind.NothingToReduce,
        Parameters when Says(message, "zero position") => RejectKind.NoPosition,
        Parameters when Says(message, "base_price") || Says(message, "expect Rising") || Says(message, "expect Falling") =>
            RejectKind.WouldTrigger,
        Parameters when Says(message, "position idx") => RejectKind.Mode,
        Parameters or 110094 => RejectKind.Filter,
        110015 or 110024 or 110028 or 110029 or 110036 or 110038 or 100028 or 3400045 => RejectKind.Mode,
        110022 or 110023 or 110042 or 110062 or 110063 or 110065 or 110066 or 110074 or 30228 => RejectKind.NotTrading,
        OutsideWindow or TooManyVisits or 10018 or SystemLimit => RejectKind.Busy,
        _ => RejectKind.Other,
    };

    /// <summary>Before the exchange's own gate stand its limits, which say nothing of what was asked.</summary>
    public static RejectKind KindOf(int status, int? code, string message) =>
        status is 403 or 429 && code is null ? RejectKind.Busy : KindOf(code ?? 0, message);

    private static Fate Of(int code, bool succeeded) => code == 0 ? succeeded ? Fate.Done : Fate.Unknown
        : AlreadyTrue.Contains(code) ? Fate.Done
        : NothingHappened.Contains(code) ? Fate.Refused : Fate.Unknown;

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}

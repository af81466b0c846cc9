using System.Collections.Frozen;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>
/// The exchange's codes, each placed once (protocol §3, §6, §8 and §11). What is not listed proves nothing.
/// </summary>
internal static class BinanceCodes
{
    public const int TooManyRequests = -1003;
    public const int Throttled = -1008;
    public const int TooManyOrders = -1015;
    public const int OutsideWindow = -1021;
    public const int NotOpen = -2011;
    public const int NoSuchOrder = -2013;
    public const int OutsideWindowInEngine = -5028;
    public const int ListenKeyGone = -1125;

    /// <summary>The state asked for holds already.</summary>
    private static readonly FrozenSet<int> AlreadyTrue = FrozenSet.Create(-4046, -4059, -4171);

    /// <summary>
    /// Nothing happened. -4116 (the id is taken) is absent on purpose: it proves that an order with that id stands.
    /// </summary>
    private static readonly FrozenSet<int> NothingHappened = FrozenSet.Create(
        TooManyRequests, Throttled, TooManyOrders, OutsideWindow, OutsideWindowInEngine, ListenKeyGone,
        -1002, -1011, -1022, -1099, -2014, -2015, -2017,
        -1013, -1014, -1020, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1111, -1112, -1114, -1115, -1116, -1117, -1118, -1119, -1120,
        -1121, -1122, -1127, -1128, -1130, -1136,
        -2007, -2010, NotOpen, NoSuchOrder, -2018, -2019, -2020, -2021, -2022, -2023, -2024, -2025, -2026, -2027, -2028,
        -4000, -4001, -4002, -4003, -4004, -4005, -4006, -4007, -4013, -4014, -4015, -4016, -4023, -4024, -4028, -4029, -4030, -4031,
        -4045, -4047, -4048, -4050, -4051, -4060, -4061, -4062, -4067, -4068, -4087, -4088, -4109, -4117, -4118, -4120, -4129, -4130, -4131,
        -4135, -4137, -4138, -4139, -4140, -4141, -4142, -4161, -4164, -4166, -4167, -4168, -4169, -4170, -4172, -4183, -4184, -4192,
        -4202, -4203, -4204, -4205, -4206, -4207, -4208, -4209, -4210, -4211, -4400, -4401, -4402, -4403, -4509, -4531, -5021, -5022);

    public static bool IsClock(int? code) => code is OutsideWindow or OutsideWindowInEngine;

    public static Fate Of(int status, int? code, string message) => status switch
    {
        >= 200 and < 300 when code is null or >= 0 => Fate.Done,
        WireAnswer.NotConnected => Fate.Refused,
        408 => Fate.Unknown,
        503 when code is Throttled || message.StartsWith("Service Unavailable", StringComparison.Ordinal) => Fate.Refused,
        >= 500 or < 200 => Fate.Unknown,
        _ when code is { } known => AlreadyTrue.Contains(known) ? Fate.Done
            : NothingHappened.Contains(known) ? Fate.Refused : Fate.Unknown,

        // Without a code: refused before the exchange's own gate (web firewall, keys, limits, region).
        401 or 403 or 418 or 429 or 451 => Fate.Refused,
        _ => Fate.Unknown,
    };

    /// <summary>Before the exchange's own gate stand its limits, which say nothing of what was asked.</summary>
    public static RejectKind KindOf(int status, int? code) => status is 403 or 418 or 429 or 503 ? RejectKind.Busy : KindOf(code ?? 0);

    public static RejectKind KindOf(int code) => code switch
    {
        -2021 or -4142 => RejectKind.WouldTrigger,
        -2022 or -4118 => RejectKind.NothingToReduce,
        -4045 => RejectKind.NoRoom,
        -4129 or -4509 => RejectKind.NoPosition,
        -1013 or -1111 or <= -4001 and >= -4007 or -4013 or -4014 or -4023 or -4029 or -4030 or -4164 or -4166 => RejectKind.Filter,
        -4047 or -4048 or -4050 or -4051 or -4060 or -4061 or -4067 or -4068 or <= -4167 and >= -4170 or -4172 or -4531 => RejectKind.Mode,
        -1122 or -4140 or -4141 => RejectKind.NotTrading,
        TooManyRequests or Throttled or TooManyOrders or OutsideWindow or OutsideWindowInEngine => RejectKind.Busy,
        _ => RejectKind.Other,
    };
}

using Trading.Domain;

namespace Trading.Gateways;

/// <summary>
/// Decides what may leave, and in which order: one request-weight budget for a (host, address), one order budget for
/// each account, the exchange's bans, and the queue of what waits (design §11). Every wait ends by its patience.
/// </summary>
/// <remarks>
/// A request that does not fit holds the place of its budget: nothing behind it in the order of service takes from that
/// budget, so a heavy request cannot starve behind light ones. When a class's queue is full, the new request is refused.
/// </remarks>
public sealed class RequestBudget : IDisposable
{
    /// <summary>
    /// How many leave in the first moments after a limit has ended: the exchange may limit us again, and whoever sends on
    /// is banned for minutes.
    /// </summary>
    private const int FirstAfterLimit = 5;
    private static readonly TimeSpan FirstMoments = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan OldStopCancelledWithin = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly VenueClock _clock;
    private readonly GatewayMeters _meters;
    private readonly SortedSet<Waiter> _waiting = new(Waiter.ServiceOrder);
    private readonly int[] _waitingOfClass = new int[(int)RequestClass.Entry + 1];
    private readonly Dictionary<AccountId, AccountBudget> _accounts = [];
    private readonly RateWindow _weight;
    private readonly ITimer _timer;
    private TimeSpan _limitedUntil = -FirstMoments;
    private int _sentSinceLimit;
    private RequestLimits _limits;
    private long _sequence;
    private int _nodes = 1;
    private int _steps;

    /// <param name="clock">The exchange's clock: its windows begin by it.</param>
    public RequestBudget(TimeProvider time, VenueClock clock, RequestLimits limits, GatewayMeters meters)
    {
        _meters = meters;
        _time = time;
        _clock = clock;
        _limits = limits;
        _weight = new RateWindow(limits.WeightWindow, limits.Weight);
        _timer = time.CreateTimer(
            static self => ((RequestBudget)self!).ServeAndTell(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for its turn. A granted stop move must be followed by <see cref="Leave"/> when it was answered.</summary>
    public Task<Admission> Enter(RequestCost cost)
    {
        var waiter = new Waiter(cost, _time.GetTimestamp());
        List<(Waiter, Admission)> served = [];
        lock (_gate)
        {
            if (_waitingOfClass[(int)cost.Class] >= _limits.WaitingPerClass)
                return Task.FromResult(Admission.Never($"{_limits.WaitingPerClass} requests of class {cost.Class} wait already"));

            waiter.Sequence = ++_sequence;
            Supersede(cost, served);
            _waiting.Add(waiter);
            _waitingOfClass[(int)cost.Class]++;
            Serve(served);
        }

        Tell(served);
        return waiter.Answer;
    }

    /// <summary>The request was answered, or given up.</summary>
    public void Leave(RequestCost cost)
    {
        if (cost.Class is not RequestClass.StopMove) return;
        lock (_gate) Account(cost.Account).MovesInFlight--;
        ServeAndTell();
    }

    /// <summary>
    /// The moved stop rests, and the old one beside it: the move keeps its place until <see cref="OldStopGone"/>, so that
    /// moves never take the room that a first stop needs among the account's conditional orders.
    /// </summary>
    public void RestsBesideOld(AccountId account, PositionKey key)
    {
        lock (_gate) Account(account).Doubled[key] = Monotonic() + OldStopCancelledWithin;
    }

    /// <summary>A stop of that position was cancelled, or was not there.</summary>
    public void OldStopGone(AccountId account, PositionKey key)
    {
        lock (_gate)
            if (!Account(account).Doubled.Remove(key)) return;
        ServeAndTell();
    }

    /// <summary>The exchange states the weight used in this window by our address.</summary>
    /// <param name="askedAgo">Since the request left to which it says so.</param>
    public void ObserveWeight(int used, TimeSpan askedAgo)
    {
        lock (_gate)
        {
            var now = Now();
            _weight.Observe(now, now - askedAgo, used);
        }
    }

    /// <summary>The exchange states the orders counted on the account; null where it did not.</summary>
    /// <param name="askedAgo">Since the request left to which it says so.</param>
    public void ObserveOrders(AccountId account, int? inWindow, int? inMinute, TimeSpan askedAgo)
    {
        lock (_gate)
        {
            var now = Now();
            if (inWindow is { } ten) Account(account).Short.Observe(now, now - askedAgo, ten);
            if (inMinute is { } minute) Account(account).Minute.Observe(now, now - askedAgo, minute);
        }
    }

    /// <summary>
    /// Limited or banned (429, 418): nothing leaves for this host for that long. Counted on the monotonic clock: a step of
    /// the exchange's clock neither lengthens nor shortens a ban that was heard.
    /// </summary>
    public void LimitFor(TimeSpan time)
    {
        lock (_gate)
            if (Monotonic() + time > _limitedUntil) (_limitedUntil, _sentSinceLimit) = (Monotonic() + time, 0);
        ServeAndTell();
    }

    /// <summary>The account's order count is exceeded (-1015): no order of it leaves for that long.</summary>
    public void LimitOrdersFor(AccountId account, TimeSpan time)
    {
        lock (_gate)
            if (Monotonic() + time > Account(account).LimitedUntil) Account(account).LimitedUntil = Monotonic() + time;
        ServeAndTell();
    }

    /// <summary>The limits the exchange states for itself (demo hosts differ); null keeps what was known.</summary>
    public void SetLimits(int? weight, int? orders, int? ordersPerMinute)
    {
        lock (_gate)
        {
            _limits = _limits with
            {
                Weight = weight ?? _limits.Weight,
                Orders = orders ?? _limits.Orders,
                OrdersPerMinute = ordersPerMinute ?? _limits.OrdersPerMinute,
            };
            _weight.Limit = _limits.Weight;
            foreach (var account in _accounts.Values)
            {
                account.Short.Limit = _limits.Orders;
                account.Minute.Limit = _limits.OrdersPerMinute;
            }
        }
    }

    /// <summary>Live nodes that share host and accounts, at least 1.</summary>
    public void SetNodes(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        lock (_gate) _nodes = nodes;
    }

    /// <summary>How full the windows are now, the host's weight first; an account's is the fuller of its two.</summary>
    public IReadOnlyList<BudgetUse> Uses()
    {
        lock (_gate)
        {
            var now = Now();
            var orders = _accounts.Where(pair => pair.Key != default).Select(pair => new BudgetUse(pair.Key, pair.Value.Used(now)));
            return [new BudgetUse(null, _weight.Used(now)), .. orders];
        }
    }

    public void Dispose() => _timer.Dispose();

    private void ServeAndTell()
    {
        List<(Waiter, Admission)> served = [];
        lock (_gate) Serve(served);
        Tell(served);
    }

    /// <summary>
    /// Outside the lock: whoever waited goes on with its own work. Who waited in vain has waited too: measured without the
    /// longest waits, a class that is hardly served would look as if it were served at once.
    /// </summary>
    private void Tell(List<(Waiter Waiter, Admission Admission)> served)
    {
        foreach (var (waiter, admission) in served)
        {
            _meters.Waited(waiter.Cost.Class, _time.GetElapsedTime(waiter.Since));
            waiter.Tell(admission);
        }
    }

    /// <summary>A newer move of the same position makes an older one pointless. Parts of one split stop share their trigger.</summary>
    private void Supersede(RequestCost cost, List<(Waiter, Admission)> served)
    {
        if (cost is not { Class: RequestClass.StopMove, MoveOf: { } key }) return;
        foreach (var older in _waiting.Where(w => w.Cost.MoveOf == key && w.Cost.Trigger != cost.Trigger).ToList())
        {
            Remove(older);
            served.Add((older, Admission.Never("a newer move of this stop took its place")));
        }
    }

    private void Serve(List<(Waiter, Admission)> served)
    {
        var now = Now();
        var blocked = new Blocked();
        foreach (var waiter in _waiting.ToList())
        {
            if (Judge(waiter, now, blocked) is not { } admission) continue;
            Remove(waiter);
            served.Add((waiter, admission));
        }

        if (_waiting.Count > 0) _timer.Change(UntilNextChange(now), Timeout.InfiniteTimeSpan);
    }

    private Admission? Judge(Waiter waiter, DateTime now, Blocked blocked)
    {
        var cost = waiter.Cost;
        var account = Account(cost.Account);
        var rest = cost.Patience - _time.GetElapsedTime(waiter.Since);
        var free = cost.Orders > 0 && account.LimitedUntil > _limitedUntil ? account.LimitedUntil : _limitedUntil;
        var limited = free - Monotonic();
        if (limited > TimeSpan.Zero && limited >= rest) return Admission.Never($"the exchange limits us for another {limited.TotalSeconds:0.0} s");
        if (rest <= TimeSpan.Zero) return Admission.Never($"no budget within {cost.Patience.TotalSeconds:0.###} s");
        if (limited > TimeSpan.Zero || Monotonic() < _limitedUntil + FirstMoments && _sentSinceLimit >= FirstAfterLimit) return null;

        var needsNone = cost.Weight == 0 && cost.Class is not RequestClass.Entry;
        var weightFits = needsNone || !blocked.Weight && _weight.Fits(now, cost.Weight, cost.Class, _nodes);
        var ordersFit = cost.Orders == 0
            || !blocked.Orders.Contains(cost.Account) && account.Fits(now, cost.Orders, cost.Class, _nodes);
        if (weightFits && ordersFit && cost.Class is RequestClass.StopMove && account.MovesUnderWay(Monotonic()) >= _limits.MovesInFlight)
            return null;

        if (weightFits && ordersFit)
        {
            _weight.Add(now, cost.Weight);
            account.Add(now, cost.Orders);
            _sentSinceLimit++;
            if (cost.Class is RequestClass.StopMove) account.MovesInFlight++;
            return Admission.Now;
        }

        blocked.Weight |= !weightFits;
        if (!ordersFit) blocked.Orders.Add(cost.Account);
        return null;
    }

    private TimeSpan UntilNextChange(DateTime now)
    {
        var monotonic = Monotonic();
        var due = _limitedUntil > monotonic ? _limitedUntil - monotonic
            : _limitedUntil + FirstMoments > monotonic ? _limitedUntil + FirstMoments - monotonic
            : TimeSpan.FromMinutes(1);
        foreach (var waiter in _waiting)
        {
            Sooner(waiter.Cost.Patience - _time.GetElapsedTime(waiter.Since));
            if (waiter.Cost.Orders == 0) continue;
            var account = Account(waiter.Cost.Account);
            if (account.Doubled.Count > 0) Sooner(OldStopCancelledWithin);
            Sooner(account.Short.NextWindow(now) - now);
            if (account.LimitedUntil > monotonic) Sooner(account.LimitedUntil - monotonic);
        }

        Sooner(_weight.NextWindow(now) - now);
        return due > TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(1);

        void Sooner(TimeSpan candidate) => due = candidate < due ? candidate : due;
    }

    /// <summary>On the exchange's clock; a step of it ends no window.</summary>
    private DateTime Now()
    {
        var (now, steps) = _clock.Read();
        if (steps == _steps) return now;
        _steps = steps;
        _weight.CarryOver(now);
        foreach (var account in _accounts.Values)
        {
            account.Short.CarryOver(now);
            account.Minute.CarryOver(now);
        }

        return now;
    }

    private TimeSpan Monotonic() => _time.GetElapsedTime(0);

    private void Remove(Waiter waiter)
    {
        _waiting.Remove(waiter);
        _waitingOfClass[(int)waiter.Cost.Class]--;
    }

    private AccountBudget Account(AccountId account)
    {
        if (!_accounts.TryGetValue(account, out var budget)) _accounts[account] = budget = new AccountBudget(_limits);
        return budget;
    }

    private sealed class Blocked
    {
        public bool Weight { get; set; }
        public HashSet<AccountId> Orders { get; } = [];
    }

    private sealed class AccountBudget(RequestLimits limits)
    {
        public RateWindow Short { get; } = new(limits.OrderWindow, limits.Orders);
        public RateWindow Minute { get; } = new(TimeSpan.FromMinutes(1), limits.OrdersPerMinute);
        public TimeSpan LimitedUntil { get; set; }
        public int MovesInFlight { get; set; }

        /// <summary>Positions whose old stop rests beside the new one, and until when that is believed.</summary>
        public Dictionary<PositionKey, TimeSpan> Doubled { get; } = [];

        public int MovesUnderWay(TimeSpan now)
        {
            foreach (var (key, until) in Doubled)
                if (until <= now) Doubled.Remove(key);
            return MovesInFlight + Doubled.Count;
        }

        public decimal Used(DateTime now) => Math.Max(Short.Used(now), Minute.Used(now));

        public bool Fits(DateTime now, int orders, RequestClass kind, int nodes) =>
            Short.Fits(now, orders, kind, nodes) && Minute.Fits(now, orders, kind, nodes);

        public void Add(DateTime now, int orders)
        {
            Short.Add(now, orders);
            Minute.Add(now, orders);
        }
    }

    private sealed class Waiter(RequestCost cost, long since)
    {
        private readonly TaskCompletionSource<Admission> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static readonly IComparer<Waiter> ServiceOrder = Comparer<Waiter>.Create(static (a, b) =>
        {
            var order = a.Cost.Class.CompareTo(b.Cost.Class);
            if (order == 0) order = b.Cost.Improvement.CompareTo(a.Cost.Improvement);
            return order != 0 ? order : a.Sequence.CompareTo(b.Sequence);
        });

        public RequestCost Cost => cost;
        public long Since => since;
        public long Sequence { get; set; }

        /// <summary>Awaited directly and only so: combined waits on it would leave the simulation's scheduler.</summary>
        public Task<Admission> Answer => _answer.Task;

        public void Tell(Admission admission) => _answer.SetResult(admission);
    }
}

using System.Text;
using Trading.Gateways;
using Trading.Simulator.Wire;
using Answer = Trading.Gateways.WireAnswer;
using VenueAnswer = Trading.Simulator.Wire.WireAnswer;

namespace Trading.Lab.Simulation;

/// <summary>
/// A process's wire to the simulated exchange. A request that has left is the world's: pausing or killing its sender does
/// not hold it, and only the sender's patience runs on the sender's clock.
/// </summary>
/// <param name="address">The sender's, by which the exchange limits it.</param>
public sealed class VenueWire(SimulatedNetwork network, SimulatedVenue venue, VirtualNode process, string address) : IWire
{
    private readonly VirtualWorld _world = network.World;

    public async Task<Answer> Send(WireRequest request, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Answer.Unsent;
        var answered = new TaskCompletionSource<Answer>();
        using var patience = process.Time.CreateTimer(
            static answered => ((TaskCompletionSource<Answer>)answered!).TrySetResult(Answer.Lost), answered, request.Timeout,
            Timeout.InfiniteTimeSpan);
        using var given = stop.Register(
            static answered => ((TaskCompletionSource<Answer>)answered!).TrySetResult(Answer.Lost), answered);
        Leave(CallOf(request) with { RemoteIp = address }, answered);
        return await answered.Task;
    }

    public async Task<IWireSocket> Connect(Uri address, CancellationToken stop)
    {
        await Task.Delay(network.Way() * 3, process.Time, stop);
        if (network.IsCut) throw new IOException($"cannot open a WebSocket to {address.Host}: the network is cut");
        var socket = new VenueSocket(network, venue, process);
        return socket.Open(address) ? socket : throw new IOException($"cannot open a WebSocket to {address.Host}: 404");
    }

    private void Leave(WireCall call, TaskCompletionSource<Answer> answered)
    {
        network.Moment(CrashMoment.RequestBegun, call);
        if (process.IsDead) return;
        network.Leaving(process, call);
        if (network.BreaksUnder(call) is { } late)
        {
            _world.After(network.Way(), () => answered.TrySetResult(Answer.Lost));
            _world.After(late, () => Arrive(call, answered));
        }
        else if (!network.LosesRequest(call))
        {
            _world.After(network.WayOf(call), () => Arrive(call, answered));
        }
    }

    private void Arrive(WireCall call, TaskCompletionSource<Answer> answered)
    {
        if (!call.Resumed)
        {
            network.Arriving(call);
            network.Moment(CrashMoment.RequestArrived, call);
        }

        var answer = venue.With(exchange => exchange.Answer(_world.NowUtc.UtcDateTime, call));
        var delay = TimeSpan.FromMilliseconds(answer.DelayMs);
        if (answer.Fate is WireFate.Later) _world.After(delay, () => Arrive(call with { Resumed = true }, answered));
        else if (answer.Fate is WireFate.Answered && !network.LosesAnswer(call))
            _world.After(delay + network.WayOf(call), () => Reach(call, answer, answered));
    }

    private void Reach(WireCall call, VenueAnswer answer, TaskCompletionSource<Answer> answered)
    {
        network.Moment(CrashMoment.RequestAnswered, call);
        answered.TrySetResult(Translated(answer));
    }

    private static WireCall CallOf(WireRequest request)
    {
        var target = request.Target.Split('?', 2);
        var headers = new Dictionary<string, string>(request.Headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Headers) headers[name] = value;
        return new WireCall(request.Method, target[0], target.Length > 1 ? target[1] : "", request.Body, headers);
    }

    private static Answer Translated(VenueAnswer answer)
    {
        var headers = new Dictionary<string, string>(answer.Headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in answer.Headers) headers[name] = value;
        return new Answer(answer.Status, Encoding.UTF8.GetBytes(answer.Body), headers);
    }
}

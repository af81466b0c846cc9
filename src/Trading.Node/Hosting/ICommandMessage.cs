namespace Trading.Node.Hosting;

/// <summary>
/// Somebody wants something of an actor and waits for the answer. Commands wait in a lane of their own: they are taken when
/// neither a report nor a price waits, and refused when the lane is full.
/// </summary>
public interface ICommandMessage;

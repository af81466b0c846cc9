using Xunit;

// Nearly all of a scenario's time is waiting: the pool of scenarios (several at once) and three other classes side by side
// leave each other the real milliseconds that scaled clocks need. What is judged by them comes last: AloneScenarios.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

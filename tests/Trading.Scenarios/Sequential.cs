using Xunit;

// Whole nodes on scaled clocks: two at once would steal each other's real milliseconds.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

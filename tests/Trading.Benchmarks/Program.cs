using Trading.Benchmarks;

// Ratios against a baseline of the same run, median of five rounds, spread printed: only ratios travel between machines.
// dotnet run -c Release --project tests/Trading.Benchmarks [-- decide | append]
string[] known = ["decide", "append"];
var unknown = args.Except(known).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"'{unknown[0]}' is not a benchmark; there are: {string.Join(", ", known)}");
    return 2;
}

if (args.Length == 0 || args.Contains("decide")) DecideBenchmark.Run();
if (args.Length == 0 || args.Contains("append")) await AppendBenchmark.Run();
return 0;

using Trading.Benchmarks;

// Ratios against a baseline of the same run, median of five rounds, spread printed: only ratios travel between machines.
// Ends with 1 where a ratio is a gross breach of its budget (docs/benchmarks): below a third of it.
// dotnet run -c Release --project tests/Trading.Benchmarks [-- decide | actors | append | rebuild [--short]]
string[] known = ["decide", "actors", "append", "rebuild"];
var shortly = args.Contains("--short");
var chosen = args.Where(arg => arg != "--short").ToList();
var unknown = chosen.Except(known).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"'{unknown[0]}' is not a benchmark; there are: {string.Join(", ", known)}");
    return 2;
}

var breaches = new List<string>();
if (chosen.Count == 0 || chosen.Contains("decide")) breaches.AddRange(DecideBenchmark.Run());
if (chosen.Count == 0 || chosen.Contains("actors")) breaches.AddRange(await ActorBenchmark.Run(shortly));
if (chosen.Count == 0 || chosen.Contains("append"))
{
    breaches.AddRange(await AppendBenchmark.Run(shortly));
    breaches.AddRange(await PostgresAppendBenchmark.Run(shortly));
}

if (chosen.Contains("rebuild")) await RebuildBenchmark.Run(shortly);
foreach (var breach in breaches) Console.WriteLine($"BREACH {breach}");
return breaches.Count == 0 ? 0 : 1;

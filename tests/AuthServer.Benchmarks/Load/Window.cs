namespace AuthServer.Benchmarks.Load;

/// <summary>What was seen in one stretch of time.</summary>
/// <param name="Times">Of every request.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Processor">What the process that answered used meanwhile, all its threads.</param>
/// <param name="ResidentBefore">Its memory before, in bytes.</param>
/// <param name="ResidentAfter">Its memory after, in bytes.</param>
internal sealed record Window(Histogram Times, TimeSpan Elapsed, TimeSpan Processor, long ResidentBefore, long ResidentAfter)
{
    public double Rate => Times.Count / Elapsed.TotalSeconds;
}

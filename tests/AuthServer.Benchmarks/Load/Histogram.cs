using System.Diagnostics;
using System.Numerics;

namespace AuthServer.Benchmarks.Load;

/// <summary>Times in buckets no wider than a sixty-fourth of what is in them. Recording allocates nothing.</summary>
internal sealed class Histogram
{
    private const int Bits = 6;
    private const int Steps = 1 << Bits;

    private readonly long[] _counts = new long[(64 - Bits + 1) * Steps];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    /// <param name="elapsed">In ticks of <see cref="Stopwatch"/>.</param>
    public void Record(long elapsed)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)elapsed | 1) - Bits);
        _counts[(shift * Steps) + (int)(elapsed >> shift)]++;
        Count++;
        if (Time(elapsed) is var time && time > Max)
        {
            Max = time;
        }
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The time that <paramref name="share"/> of all stayed below.</summary>
    public TimeSpan Quantile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left <= 0)
            {
                var shift = Math.Max(0, (i / Steps) - 1);
                return Time((long)(i - (shift * Steps)) << shift);
            }
        }

        return Max;
    }

    private static TimeSpan Time(long elapsed) => Stopwatch.GetElapsedTime(0, elapsed);
}

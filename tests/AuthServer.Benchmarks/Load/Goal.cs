namespace AuthServer.Benchmarks.Load;

/// <summary>What is to be reached.</summary>
/// <param name="At8">The ratio to the limit at 8 connections.</param>
/// <param name="At32">The same at 32.</param>
/// <param name="Spread">How many times the median the 99th percentile may be.</param>
internal sealed record Goal(double At8, double At32, int Spread = 5)
{
    /// <summary>Null where nothing was promised for so many.</summary>
    public double? At(int connections) => connections switch
    {
        8 => At8,
        32 => At32,
        _ => null,
    };
}

namespace AuthServer.Benchmarks;

/// <summary>The run is worth nothing: an answer was wrong, an option is unknown, or a process did not start. The message is for the person at the console.</summary>
internal sealed class BenchmarkException : Exception
{
    public BenchmarkException()
    {
    }

    public BenchmarkException(string message)
        : base(message)
    {
    }

    public BenchmarkException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

namespace AuthServer.Benchmarks.Load;

/// <summary>One kind of request: what is sent on each connection, and what must come back.</summary>
/// <param name="name">As the table and <c>--only</c> have it.</param>
internal abstract class Item(string name)
{
    public string Name => name;

    /// <summary>What it is compared with; null: it is a limit itself.</summary>
    public LimitItem? Limit { get; init; }

    /// <summary>What the ratio to the limit shall be, by the number of connections.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Gets what <paramref name="count"/> requests over so many connections use up, outside of what is measured. The default needs nothing.</summary>
    public virtual Task FillAsync(int connections, int count) => Task.CompletedTask;

    /// <summary>Writes the next request of a connection; 0: there is nothing left to ask for.</summary>
    public abstract int Write(int connection, Span<byte> buffer);

    /// <exception cref="BenchmarkException">The answer is wrong.</exception>
    public abstract void Check(int connection, in Response response);

    /// <summary>Looks once more, after what was measured. The default has nothing to look for.</summary>
    public virtual Task VerifyAsync() => Task.CompletedTask;
}

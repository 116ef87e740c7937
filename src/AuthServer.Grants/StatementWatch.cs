namespace AuthServer.Grants;

/// <summary>Sees the statements below EF, which its interceptors do not: for counting them, and for tests that let one fail.</summary>
public sealed class StatementWatch
{
    private Sending? _sending;

    /// <summary>A statement that is about to be sent, and its parameters. What it throws is the caller's to hear.</summary>
    public delegate void Sending(string text, ReadOnlySpan<(string Name, object? Value)> values);

    /// <summary>From now on <paramref name="sending"/> is called with each.</summary>
    public void Add(Sending sending) => _sending += sending;

    internal void Send(string text, ReadOnlySpan<(string Name, object? Value)> values) => _sending?.Invoke(text, values);
}

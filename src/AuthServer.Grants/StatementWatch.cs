namespace AuthServer.Grants;

/// <summary>Sees the statements below EF, which its interceptors do not: for counting them, and for tests that let one fail.</summary>
public sealed class StatementWatch
{
    private Action<string>? _sending;

    /// <summary>From now on <paramref name="sending"/> is called with the text of each statement before it is sent. What it throws is the caller's to hear.</summary>
    public void Add(Action<string> sending) => _sending += sending;

    internal void Send(string text) => _sending?.Invoke(text);
}

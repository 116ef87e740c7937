using System.Data.Common;

namespace AuthServer.Grants;

/// <summary>Sees the statements below EF, which its interceptors do not: for counting them, and for tests that let one fail.</summary>
public sealed class StatementWatch
{
    private Action<DbCommand>? _sending;

    /// <summary>From now on <paramref name="sending"/> is called with each statement before it is sent. What it throws is the caller's to hear.</summary>
    public void Add(Action<DbCommand> sending) => _sending += sending;

    internal void Send(DbCommand command) => _sending?.Invoke(command);
}

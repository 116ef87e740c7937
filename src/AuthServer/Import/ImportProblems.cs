namespace AuthServer.Import;

/// <summary>Everything that is wrong with an import file, each with its path. Never a value that may be secret.</summary>
internal sealed class ImportProblems
{
    private readonly List<(string Path, string Message)> _found = [];
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);

    /// <summary>Notes what could not even be read; what else would be said of the very same path follows from that.</summary>
    public void AddUnread(string path, string message)
    {
        if (_unread.Add(path))
        {
            _found.Add((path, message));
        }
    }

    /// <summary>Notes what was read and is wrong.</summary>
    public void Add(string path, string message)
    {
        if (!_unread.Contains(path))
        {
            _found.Add((path, message));
        }
    }

    /// <exception cref="StartupException">There is at least one problem; the message lists them all.</exception>
    public void ThrowIfAny(string source)
    {
        if (_found.Count > 0)
        {
            var lines = _found.Select(problem => problem.Path.Length == 0 ? $"  {problem.Message}" : $"  {problem.Path}: {problem.Message}");
            throw new StartupException($"{source} is wrong, and nothing of it was applied:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}");
        }
    }
}

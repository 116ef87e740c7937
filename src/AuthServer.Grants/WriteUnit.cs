namespace AuthServer.Grants;

/// <summary>One unit on its way through the door: when it was asked for, and what is told once it is committed.</summary>
internal sealed class WriteUnit(WriteMetrics metrics, long askedAt)
{
    private readonly List<Action<TimeSpan>> _told = [];

    /// <summary>It runs, perhaps not for the first time: what it said before does not count.</summary>
    public void Begin() => _told.Clear();

    public void WhenCommitted(Action<TimeSpan> told) => _told.Add(told);

    public void TakenUp() => metrics.Waited(askedAt);

    /// <summary>It is in the database, whatever who is told of it makes of that.</summary>
    public void Committed()
    {
        foreach (var told in _told)
        {
            try
            {
                told(metrics.Since(askedAt));
            }
#pragma warning disable CA1031 // A logger or a meter's listener that fails: the caller must not hear that nothing was written.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}

namespace AuthServer.Grants;

/// <summary>One unit on its way through the door: when it was asked for, and what is told once it is committed.</summary>
internal sealed class WriteUnit(WriteMetrics metrics, long askedAt)
{
    private readonly List<Action<TimeSpan>> _told = [];

    /// <summary>It runs, perhaps not for the first time: what it said before does not count.</summary>
    public void Begin() => _told.Clear();

    public void WhenCommitted(Action<TimeSpan> told) => _told.Add(told);

    public void TakenUp() => metrics.Waited(askedAt);

    public void Committed() => _told.ForEach(told => told(metrics.Since(askedAt)));
}

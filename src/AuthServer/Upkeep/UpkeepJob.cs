namespace AuthServer.Upkeep;

/// <summary>What a slice does behind the requests, on every node, again and again.</summary>
/// <param name="Name">How logs name it.</param>
/// <param name="Interval">From one beginning to the next; a run that takes longer is followed by the next at once.</param>
/// <param name="Run">Does what there is to do now. Safe beside itself on another node.</param>
internal sealed record UpkeepJob(string Name, TimeSpan Interval, Func<CancellationToken, Task> Run)
{
    /// <summary>It runs soon after the start too, without delaying it.</summary>
    public bool AtStart { get; init; }
}

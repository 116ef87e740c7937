namespace AuthServer.Tests.Growth;

/// <summary>Something that the server does.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Prepare">Does what comes before it, and gives the act itself; it is done anew for every try.</param>
public sealed record Operation(string Name, Func<Task<Func<Task>>> Prepare)
{
    /// <summary>How much one statement of it may do; see <see cref="Footprint.Work"/>.</summary>
    public long MayTouch { get; init; } = 2_000;

    public static Operation Of(string name, Func<Task> act) => new(name, () => Task.FromResult(act));
}

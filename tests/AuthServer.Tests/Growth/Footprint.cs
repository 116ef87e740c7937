namespace AuthServer.Tests.Growth;

/// <summary>What a statement reads.</summary>
/// <param name="Whole">Tables that it reads from one end to the other.</param>
/// <param name="Work">How much it does: pages touched on PostgreSQL, hundreds of steps of the virtual machine on SQLite. The same at every try, unlike time.</param>
/// <param name="Plan">The plan, for who must mend it.</param>
public sealed record Footprint(IReadOnlyList<string> Whole, long Work, string Plan);

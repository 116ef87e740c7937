namespace AuthServer.Admin;

/// <summary>One thing that falls, and what hangs on it, by name.</summary>
internal sealed record Branch(string Words, IReadOnlyList<string> Leaves);

namespace AuthServer.Admin;

/// <summary>One member of a client's metadata on the form.</summary>
/// <param name="Member">Its name in RFC 7591 and its kin.</param>
/// <param name="Label">What it is, for people.</param>
/// <param name="Kind">How it is typed.</param>
/// <param name="Options">The values to choose from.</param>
/// <param name="Hint">What is good to know.</param>
internal sealed record ClientField(string Member, string Label, ClientFieldKind Kind, IReadOnlyList<string> Options, string? Hint = null);

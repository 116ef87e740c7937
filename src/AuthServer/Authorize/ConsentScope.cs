namespace AuthServer.Authorize;

/// <summary>A scope as the consent page shows it.</summary>
/// <param name="Name">The scope value.</param>
/// <param name="Description">What it means to a person.</param>
/// <param name="IsNew">The client has other scopes already, and asks for this one more.</param>
public sealed record ConsentScope(string Name, string Description, bool IsNew);

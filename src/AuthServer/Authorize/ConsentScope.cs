namespace AuthServer.Authorize;

/// <summary>A scope, or a claim asked for by itself, as the consent page shows it.</summary>
/// <param name="Name">The value, as a grant has it.</param>
/// <param name="Icon">The scope whose picture it has.</param>
/// <param name="Description">What it means to a person.</param>
/// <param name="IsNew">The client has other scopes already, and asks for this one more.</param>
/// <param name="Optional">It can be unticked: everything but <c>openid</c>, without which there is no sign-in.</param>
/// <param name="Ticked">It was not declined before.</param>
public sealed record ConsentScope(string Name, string Icon, string Description, bool IsNew, bool Optional, bool Ticked);

namespace AuthServer.Protocol;

/// <summary>What an access token is to be good for.</summary>
/// <param name="Scope">Of the scopes, those that are good for its audience.</param>
/// <param name="Resources">Its audience, and the claims that its scopes carry.</param>
internal sealed record AccessTokenTarget(string Scope, ScopeResources Resources);

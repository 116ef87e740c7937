namespace AuthServer.Authorize;

/// <summary>An authorization response that the browser posts to the client (OAuth 2.0 Form Post Response Mode).</summary>
public sealed record FormPost(string Action, string ClientName, IReadOnlyList<KeyValuePair<string, string>> Fields);

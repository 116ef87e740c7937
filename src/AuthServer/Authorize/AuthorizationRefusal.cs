namespace AuthServer.Authorize;

/// <summary>Why an authorization request is refused (RFC 6749 §4.1.2.1; OpenID Connect Core §3.1.2.6).</summary>
/// <param name="Error">A registered error code.</param>
/// <param name="Description">What is wrong, for the client's developer.</param>
internal sealed record AuthorizationRefusal(string Error, string Description)
{
    public static AuthorizationRefusal InvalidRequest(string description) => new("invalid_request", description);
}

using AuthServer.Grants.Entities;
using AuthServer.Protocol;

namespace AuthServer.Authorize;

/// <summary>An authorization request that may be answered at the client's redirect URI (RFC 6749 §4.1.1; OpenID Connect Core §3.1.2.1).</summary>
internal sealed record AuthorizationRequest
{
    public required Client Client { get; init; }

    /// <summary>The registered URI the answer goes to.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Whether the client named it, so that the token request must name it too (RFC 6749 §4.1.3).</summary>
    public required bool RedirectUriGiven { get; init; }

    /// <summary><c>query</c> or <c>form_post</c>.</summary>
    public required string ResponseMode { get; init; }

    public string? State { get; init; }

    public string? Nonce { get; init; }

    /// <summary>Space-delimited, all of it within the client's registration.</summary>
    public string Scope { get; init; } = "";

    /// <summary>What the user is asked for: the scope, and the claims that no value of it carries (<see cref="QuotedClaims"/>).</summary>
    public string Asked { get; init; } = "";

    /// <summary>RFC 8707 §2.1: each is one that a value of the scope is good for.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>OpenID Connect Core §5.5; null: none was sent.</summary>
    public ClaimsRequest? Claims { get; init; }

    /// <summary>The authentication context classes asked for, in order of preference, known here or not.</summary>
    public IReadOnlyList<string> Acr { get; init; } = [];

    /// <summary>The client cannot do with another (OpenID Connect Core §5.5.1.1).</summary>
    public bool AcrEssential { get; init; }

    public IReadOnlyList<string> Prompt { get; init; } = [];

    /// <summary>How old the sign-in may be.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>PKCE, S256 (RFC 7636 §4.3).</summary>
    public string? CodeChallenge { get; init; }

    /// <summary>Thumbprint of the key that must be proved with the code (RFC 9449 §10).</summary>
    public string? DpopJkt { get; init; }

    public string? LoginHint { get; init; }

    /// <summary>The subject of the <c>id_token_hint</c>, or of <c>sub</c> in <c>claims</c>: nobody else is wanted.</summary>
    public Guid? HintedUserId { get; init; }
}

namespace AuthServer.Protocol;

/// <summary>An access token as the client gets it, and what it says. The text is secret.</summary>
internal sealed record AccessToken(string Text, AccessTokenContent Content)
{
    /// <summary>The <c>expires_in</c> member (RFC 6749 §5.1): seconds.</summary>
    public int ExpiresIn => (int)(Content.ExpiresAt - Content.IssuedAt).TotalSeconds;
}

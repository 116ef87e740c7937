using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>How long an API that only checks signatures goes on accepting a JWT after it was withdrawn.</summary>
internal static class JwtAcceptance
{
    /// <summary>How long the slowest request is taken to be under way with a token that was good when it was sent.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    public static DateTime Until(DateTime committedAt, LifetimeOptions lifetimes) =>
        RevocationPreview.JwtAcceptedUntil(committedAt, lifetimes.AccessToken, RequestTimeout);
}

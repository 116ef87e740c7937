namespace AuthServer.Protocol;

/// <summary>What a sealed token says once it is opened. That it opens proves that we made it; whether it is alive is Liveness' to say.</summary>
internal abstract record SealedToken
{
    private SealedToken()
    {
    }

    /// <summary>An authorization code: its family.</summary>
    public sealed record Code(Guid FamilyId) : SealedToken;

    /// <summary>A device code (RFC 8628 §3.2): the device's request.</summary>
    public sealed record Device(Guid DeviceAuthorizationId) : SealedToken;

    /// <summary>A refresh token: its family, and which of the family's refresh tokens it is.</summary>
    public sealed record Refresh(Guid FamilyId, int Generation, byte[] Stamp) : SealedToken;

    /// <summary>An opaque access token: what a JWT would say in the open.</summary>
    public sealed record Access(AccessTokenContent Content) : SealedToken;
}

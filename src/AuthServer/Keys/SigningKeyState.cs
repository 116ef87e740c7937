namespace AuthServer.Keys;

/// <summary>Where a signing key is in its life.</summary>
internal enum SigningKeyState
{
    /// <summary>In the key set, so that clients know it before it signs.</summary>
    Published,

    /// <summary>Signs.</summary>
    Signing,

    /// <summary>Signs no more; what it signed is good until it expires.</summary>
    Retiring,

    /// <summary>Nothing it signed can still be good. Its private part is destroyed.</summary>
    Retired,

    /// <summary>Somebody else may have it: whatever it signed is refused.</summary>
    Withdrawn,
}

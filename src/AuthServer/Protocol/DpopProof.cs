namespace AuthServer.Protocol;

/// <summary>A DPoP proof in which everything is right (RFC 9449 §4.3), but for whether it was sent before.</summary>
/// <param name="Jkt">Thumbprint (RFC 7638) of the key it proves.</param>
/// <param name="Jti">To be used up before anything is given out for it.</param>
/// <param name="GoodUntil">From here on it is refused by its age.</param>
internal sealed record DpopProof(string Jkt, string Jti, DateTime GoodUntil);

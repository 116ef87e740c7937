using AuthServer.Grants.Revocation;
using AuthServer.Protocol;

namespace AuthServer.Token;

/// <summary>A refresh token that came, and what one statement found of its family.</summary>
internal sealed record FoundRefreshToken(SealedToken.Refresh Token, FamilyReading Family);

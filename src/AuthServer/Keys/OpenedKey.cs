using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>A signing key as it is used.</summary>
/// <param name="Scheduled">The row, and where it is in its life.</param>
/// <param name="Credentials">What signs; null once the private part is destroyed.</param>
/// <param name="PublicPart">What verifies.</param>
internal sealed record OpenedKey(ScheduledKey Scheduled, SigningCredentials? Credentials, SecurityKey PublicPart);

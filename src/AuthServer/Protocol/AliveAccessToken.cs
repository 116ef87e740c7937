using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>An access token found alive.</summary>
/// <param name="Content">What it says.</param>
/// <param name="Client">Who holds it.</param>
/// <param name="Scope">What is effective of its scope now.</param>
/// <param name="Family">What it hangs from; null for a client-credentials token.</param>
internal sealed record AliveAccessToken(AccessTokenContent Content, Client Client, string Scope, FamilyState? Family);

using AuthServer.Grants.Entities;
using AuthServer.Protocol;

namespace AuthServer.EndSession;

/// <summary>A logout request of a client (OpenID Connect RP-Initiated Logout 1.0 §2), as far as it could be verified.</summary>
/// <param name="Hint">The ID token it came with; null where there is none, or none of ours.</param>
/// <param name="Client">The client, known by hint or <c>client_id</c>.</param>
/// <param name="ReturnUri">Where the browser goes afterwards, with <c>state</c> on it; null for our own page.</param>
internal sealed record EndSessionRequest(IdTokenHint? Hint, Client? Client, string? ReturnUri);

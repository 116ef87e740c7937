namespace AuthServer.Protocol;

/// <summary>What an <c>id_token_hint</c> proves: an ID token of ours, perhaps expired.</summary>
/// <param name="UserId">Its subject.</param>
/// <param name="Sid">Its session.</param>
/// <param name="ClientId">Its audience, a <c>client_id</c>.</param>
internal sealed record IdTokenHint(Guid UserId, Guid? Sid, string ClientId);

using AuthServer.Grants.Entities;

namespace AuthServer.Grants;

/// <summary>Who waits for deliveries: a client; or all who are told by mail, for whom <paramref name="ClientId"/> is null.</summary>
public sealed record DeliveryReceiver(DeliveryKind Kind, Guid? ClientId);

using AuthServer.Grants.Entities;

namespace AuthServer.Admin;

/// <summary>What is owed to somebody, and how far it came.</summary>
internal sealed record DeliveryRow(
    Guid Id,
    Guid Revocation,
    DeliveryKind Kind,
    Guid? Client,
    Guid User,
    Guid? Session,
    DeliveryState State,
    int Attempts,
    DateTime CreatedAt,
    DateTime? NextAttemptAt,
    DateTime? AcknowledgedAt,
    string? LastError)
{
    public static DeliveryRow Of(Delivery delivery) => new(
        delivery.Id,
        delivery.RevocationId,
        delivery.Kind,
        delivery.ClientId,
        delivery.UserId,
        delivery.SessionId,
        delivery.State,
        delivery.Attempts,
        delivery.CreatedAt,
        delivery.NextAttemptAt,
        delivery.AcknowledgedAt,
        delivery.LastError);
}

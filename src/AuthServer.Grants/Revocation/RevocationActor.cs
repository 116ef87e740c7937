namespace AuthServer.Grants.Revocation;

/// <summary>Who withdrew it, from where, in which request.</summary>
/// <param name="Kind">What kind of actor.</param>
/// <param name="Id">The user's or client's row; null where the server acted.</param>
/// <param name="Address">The network address the request came from.</param>
/// <param name="CorrelationId">The request's id in logs and traces.</param>
public sealed record RevocationActor(RevocationActorKind Kind, Guid? Id, string? Address, string? CorrelationId)
{
    /// <summary>Why, in the operator's own words.</summary>
    public string? Reason { get; init; }
}

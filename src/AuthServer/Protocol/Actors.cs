using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>Who acts in this request, for the ledger.</summary>
internal static class Actors
{
    public static RevocationActor ByClient(this HttpContext context, Client client) => By(context, RevocationActorKind.Client, client.Id);

    public static RevocationActor ByUser(this HttpContext context, Guid userId) => By(context, RevocationActorKind.User, userId);

    /// <summary>The operator who is signed in here.</summary>
    public static RevocationActor ByOperator(this HttpContext context, string? reason) =>
        By(context, RevocationActorKind.Operator, context.Session()!.User.Id) with { Reason = reason };

    public static RevocationActor ByServer(this HttpContext context) => By(context, RevocationActorKind.Server, id: null);

    private static RevocationActor By(HttpContext context, RevocationActorKind kind, Guid? id) =>
        new(kind, id, context.Connection.RemoteIpAddress?.ToString(), context.TraceIdentifier);
}

using AuthServer.Grants.Revocation;

namespace AuthServer.Database;

/// <summary>Tells the installation that its database is a backup that was put back.</summary>
internal sealed partial class Restoration(RevocationCascade cascade, ILogger<Restoration> logger)
{
    /// <summary>Whatever was issued until now is dead: the backup knows nothing of what was withdrawn since it was made.</summary>
    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        var actor = new RevocationActor(RevocationActorKind.Operator, Id: null, Address: null, CorrelationId: null) { Reason = "A backup was put back (--restored)." };
        var receipt = await cascade.RevokeAsync(new RevocationTarget.Installation(), RevocationCause.Restored, actor, cancellationToken);
        LogDeclared(logger, receipt.Entry!.Sessions, receipt.Entry.Families);
    }

    [LoggerMessage(1003, LogLevel.Warning,
        "A backup was put back: {Sessions} sessions and {Families} token families in it are dead. Everybody signs in anew; what was disabled or deleted since the backup must be so again.")]
    private static partial void LogDeclared(ILogger logger, int sessions, int families);
}

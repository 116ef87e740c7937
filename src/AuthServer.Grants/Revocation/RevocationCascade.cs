using AuthServer.Grants.Entities;

namespace AuthServer.Grants.Revocation;

/// <summary>
/// Withdraws authority: the only writer of <see cref="Status.Revoked"/> and of epochs. The parent is the truth, so one conditional update
/// withdraws everything below it. Withdrawing, recording and owing are one transaction; telling and tidying come afterwards.
/// </summary>
public sealed partial class RevocationCascade(Writes writes, TimeProvider time, RevocationMetrics metrics, AuditLog audit)
{
    /// <summary>Withdraws <paramref name="target"/> in a transaction of its own. Idempotent: a second call receives <see cref="RevocationReceipt.Nothing"/>.</summary>
    /// <exception cref="WritesUnavailableException">Nothing is known to be withdrawn; the caller answers 503.</exception>
    public Task<RevocationReceipt> RevokeAsync(
        RevocationTarget target, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken) =>
        writes.RunAsync((db, token) => RevokeAsync(db, target, cause, actor, token), cancellationToken);

    /// <summary>Withdraws what was previewed; where it has become something else since, nothing, and the new preview is returned.</summary>
    /// <param name="target">What was previewed.</param>
    /// <param name="stamp">Of that preview.</param>
    /// <param name="cause">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<PreviewedRevocation> RevokeAsync(
        RevocationTarget target, string stamp, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await writes.RunAsync((db, token) => RevokeAsync(db, target, stamp, cause, actor, token), cancellationToken);
        }
        catch (OvertakenException)
        {
            return new PreviewedRevocation.Stale(await writes.RunAsync(
                (db, token) => RevocationPreview.OfAsync(db, target, time.GetUtcNow().UtcDateTime, token), cancellationToken));
        }
    }

    /// <summary>The same inside a unit that changes something else too: both are committed, or neither.</summary>
    public async Task<RevocationReceipt> RevokeAsync(
        AuthServerDbContext db, RevocationTarget target, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken)
    {
        using var activity = Tracing.Source.StartActivity("revoke");
        var now = time.GetUtcNow();
        if (await WithdrawAsync(db, target, now.UtcDateTime, cancellationToken) is not { } fallen)
        {
            return RevocationReceipt.Nothing;
        }

        var entry = new RevocationEntry
        {
            Id = Guid.CreateVersion7(now),
            At = now.UtcDateTime,
            Cause = cause,
            TargetKind = target.Kind,
            TargetId = target.Id,
            Jti = (target as RevocationTarget.AccessToken)?.Jti,
            Scope = (target as RevocationTarget.GrantScope)?.Scope ?? (target as RevocationTarget.ClientScope)?.Scope,
            UserId = fallen.UserId,
            ClientId = fallen.ClientId,
            ActorKind = actor.Kind,
            ActorId = actor.Id,
            Address = actor.Address,
            CorrelationId = actor.CorrelationId,
            Reason = actor.Reason,
            Sessions = fallen.Counts.Sessions,
            Grants = fallen.Counts.Grants,
            Families = fallen.Counts.Families,
        };
        await db.Hot.RecordAsync(db.Transaction, entry, cancellationToken);
        var owed = await OweAsync(db, entry, fallen, now, cancellationToken);
        if (fallen.HasChildren)
        {
            db.Sweeps.Add(new Sweep
            {
                RevocationId = entry.Id,
                Epoch = fallen.Epoch,
                CreatedAt = entry.At,

                // The parent itself, where it is a row that the flip has changed already.
                Sessions = target.Kind == RevocationTargetKind.Session ? 1 : 0,
                Grants = target.Kind == RevocationTargetKind.Grant ? 1 : 0,
            });
        }

        if (db.ChangeTracker.HasChanges())
        {
            await db.SaveChangesAsync(cancellationToken);
        }

        metrics.Revoked(db, cause);
        db.Unit?.WhenCommitted(_ => audit.Withdrawn(entry));
        activity?.SetTag("authserver.revocation.id", entry.Id).SetTag("authserver.revocation.cause", RevocationMetrics.Word(cause));
        return new RevocationReceipt(entry, owed);
    }

    /// <summary>What was previewed, inside a unit that changes something else too: both are committed, or neither.</summary>
    /// <exception cref="OvertakenException">It has become something else since.</exception>
    public async Task<RevocationReceipt> RevokePreviewedAsync(
        AuthServerDbContext db, RevocationTarget target, string stamp, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken) =>
        await RevokeAsync(db, target, stamp, cause, actor, cancellationToken) is PreviewedRevocation.Done done ? done.Receipt : throw new OvertakenException();

    private async Task<PreviewedRevocation> RevokeAsync(
        AuthServerDbContext db,
        RevocationTarget target,
        string stamp,
        RevocationCause cause,
        RevocationActor actor,
        CancellationToken cancellationToken)
    {
        var preview = await RevocationPreview.OfAsync(db, target, time.GetUtcNow().UtcDateTime, cancellationToken);
        if (preview.Stamp != stamp)
        {
            return new PreviewedRevocation.Stale(preview);
        }

        // What others commit between two statements is seen by the second: where more or less fell than was agreed to, nothing shall.
        var receipt = await RevokeAsync(db, target, cause, actor, cancellationToken);
        return receipt.Entry is not { } entry || preview.Counts == new RevocationCounts(entry.Sessions, entry.Grants, entry.Families)
            ? new PreviewedRevocation.Done(receipt)
            : throw new OvertakenException();
    }

    private static async Task<int> OweAsync(
        AuthServerDbContext db, RevocationEntry entry, Fallen fallen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var notices = await fallen.Reach.NoticesAsync(db, cancellationToken);
        var owed = notices.Select(notice => Delivery(DeliveryKind.BackChannelLogout, notice.ClientId, notice.UserId, notice.SessionId)).ToList();

        // RFC 9700 §4.14.2: a replay is a theft, or looks like one. Its victim should know.
        if (entry is { Cause: RevocationCause.CodeReplay or RevocationCause.RefreshTokenReplay, UserId: { } userId })
        {
            owed.Add(Delivery(DeliveryKind.Mail, clientId: null, userId, sessionId: null));
        }

        db.Deliveries.AddRange(owed);
        return owed.Count;

        Delivery Delivery(DeliveryKind kind, Guid? clientId, Guid userId, Guid? sessionId) => new()
        {
            Id = Guid.CreateVersion7(now),
            RevocationId = entry.Id,
            Kind = kind,
            ClientId = clientId,
            UserId = userId,
            SessionId = sessionId,
            CreatedAt = now.UtcDateTime,
            NextAttemptAt = now.UtcDateTime,
        };
    }

    /// <summary>What the flip of the parent brought down.</summary>
    /// <param name="UserId">Whose it was; null where it was several users'.</param>
    /// <param name="ClientId">Whose it was; null where it was several clients'.</param>
    /// <param name="Counts">How much.</param>
    /// <param name="Reach">Who must be told.</param>
    /// <param name="HasChildren">Whether there are children whose own status is to be brought up to date.</param>
    /// <param name="Epoch">Of the user or client before it was stepped.</param>
    private sealed record Fallen(
        Guid? UserId, Guid? ClientId, RevocationCounts Counts, RevocationReach Reach, bool HasChildren = false, int? Epoch = null);
}

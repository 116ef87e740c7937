using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Goes through what operators asked to withdraw together, one target after the other. A target and the step past it are one transaction, so a
/// process that died leaves neither a target undone nor one done twice, and any node goes on. No lease: of two nodes at the same step one wins it.
/// </summary>
public sealed class BulkWithdrawals(IDbContextFactory<AuthServerDbContext> contexts, Writes writes, RevocationCascade cascade, TimeProvider time)
{
    /// <summary>More targets than this are refused.</summary>
    public const int MaxTargets = 5000;

    /// <summary>Writes down what is to be done; <see cref="RunAsync"/> does it.</summary>
    public async Task<Guid> BeginAsync(IReadOnlyCollection<RevocationTarget> targets, RevocationActor actor, CancellationToken cancellationToken)
    {
        if (targets.Count > MaxTargets)
        {
            throw new ArgumentException($"At most {MaxTargets} at once.", nameof(targets));
        }

        var now = time.GetUtcNow();
        var bulk = new BulkWithdrawal
        {
            Id = Guid.CreateVersion7(now),
            CreatedAt = now.UtcDateTime,
            OperatorId = actor.Id ?? throw new ArgumentException("An operator has an id.", nameof(actor)),
            Address = actor.Address,
            Reason = actor.Reason,
            Targets = [.. targets.Select(BulkTarget.Write)],
            Total = targets.Count,
        };
        await writes.RunAsync(
            async (db, token) =>
            {
                db.BulkWithdrawals.Add(bulk);
                await db.SaveChangesAsync(token);
            },
            cancellationToken);
        return bulk.Id;
    }

    /// <summary>Goes on with the oldest that is unfinished, and so on until there is none.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && await OldestAsync(cancellationToken) is { } bulk)
        {
            var actor = new RevocationActor(RevocationActorKind.Operator, bulk.OperatorId, bulk.Address, $"{bulk.Id}") { Reason = bulk.Reason };
            for (var step = bulk.Done; step < bulk.Total; step++)
            {
                var (target, cause) = BulkTarget.Read(bulk.Targets[step]);
                if (!await StepAsync(bulk, step, target, cause, actor, cancellationToken))
                {
                    break; // Another node was there first: see how far it has come.
                }
            }
        }
    }

    private Task<bool> StepAsync(
        BulkWithdrawal bulk, int step, RevocationTarget target, RevocationCause cause, RevocationActor actor, CancellationToken cancellationToken)
    {
        DateTime? finished = step + 1 == bulk.Total ? time.GetUtcNow().UtcDateTime : null;
        return writes.RunAsync(
            async (db, token) =>
            {
                var row = db.BulkWithdrawals.Where(b => b.Id == bulk.Id);
                if (await row.Where(b => b.Done == step).ExecuteUpdateAsync(
                    set => set.SetProperty(b => b.Done, step + 1).SetProperty(b => b.FinishedAt, finished), token) == 0)
                {
                    return false;
                }

                if ((await cascade.RevokeAsync(db, target, cause, actor, token)).Withdrawn)
                {
                    await row.ExecuteUpdateAsync(set => set.SetProperty(b => b.Withdrawn, b => b.Withdrawn + 1), token);
                }

                return true;
            },
            cancellationToken);
    }

    private async Task<BulkWithdrawal?> OldestAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.BulkWithdrawals.AsNoTracking().Where(b => b.FinishedAt == null)
            .OrderBy(b => b.CreatedAt).ThenBy(b => b.Id).FirstOrDefaultAsync(cancellationToken);
    }
}

using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Keys;

/// <summary>Makes signing keys follow one another: by schedule, at once, and away from one that somebody else may have.</summary>
internal sealed class SigningKeyRotation(
    SigningKeyRing ring,
    SigningKeySeal seal,
    Writes writes,
    RevocationCascade cascade,
    IOptions<AuthServerOptions> options,
    TimeProvider time,
    AuditLog audit)
{
    /// <summary>Publishes the next key of an algorithm when it is time to, and destroys the private part of those that have retired.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (use, ahead) = (options.Value.Keys.Use, options.Value.Keys.PublishAhead);
        var keys = await ring.ListAsync(cancellationToken);
        foreach (var newest in keys.Where(IsAble).GroupBy(key => key.Key.Alg, StringComparer.Ordinal).Select(same => same.MaxBy(key => key.Key.SignsFrom)!.Key))
        {
            // What was there before keys were rotated signs since ever; its use counts from its making.
            var since = newest.SignsFrom > newest.CreatedAt ? newest.SignsFrom : newest.CreatedAt;
            if (since + use - ahead <= now)
            {
                var next = seal.Make(newest.Alg, since + use > now + ahead ? since + use : now + ahead);
                audit.KeyPublished(next.Kid, next.Alg, next.SignsFrom, await AddAsync(next, newest.Kid, cancellationToken));
            }
        }

        var retired = keys.Where(key => key.State == SigningKeyState.Retired && key.Key.SealedKey is not null).Select(key => seal.Open(key)).ToList();
        if (retired.Count > 0)
        {
            await writes.RunAsync((db, token) => DestroyAsync(db, retired, token), cancellationToken);
        }

        await ring.RefreshAsync(cancellationToken);
    }

    /// <summary>The next key of the algorithm signs from now on: the one that is published, or a new one. The one before goes on verifying.</summary>
    public async Task RotateAsync(string alg, CancellationToken cancellationToken)
    {
        var replacement = seal.Make(alg, time.GetUtcNow().UtcDateTime);
        await writes.RunAsync((db, token) => TakeOverAsync(db, replacement, token), cancellationToken);
        await ring.RefreshAsync(cancellationToken);
    }

    /// <summary>
    /// Withdraws a key that somebody else may have: it is published no more, everything it signed is refused, on every node from its next request
    /// on; another signs in its place.
    /// </summary>
    /// <returns>Nothing where there is no such key, or it was withdrawn before.</returns>
    public async Task<RevocationReceipt> WithdrawAsync(string kid, RevocationActor actor, CancellationToken cancellationToken)
    {
        if ((await ring.ListAsync(cancellationToken)).FirstOrDefault(key => key.Key.Kid == kid) is not { } key)
        {
            return RevocationReceipt.Nothing;
        }

        var replacement = seal.Make(key.Key.Alg, time.GetUtcNow().UtcDateTime);
        var publicKey = SigningKeyForm.ExportPublic(seal.Open(key).PublicPart);
        var receipt = await writes.RunAsync(
            async (db, token) =>
            {
                await InstallationLock.TakeAsync(db, token);
                await db.SigningKeys.Where(row => row.Kid == kid).ExecuteUpdateAsync(set => set.SetProperty(row => row.PublicKey, publicKey), token);
                var withdrawn = await cascade.RevokeAsync(db, new RevocationTarget.SigningKey(kid), RevocationCause.SigningKeyWithdrawn, actor, token);
                if (withdrawn.Withdrawn && key.State == SigningKeyState.Signing)
                {
                    await TakeOverAsync(db, replacement, token);
                }

                return withdrawn;
            },
            cancellationToken);
        await ring.RefreshAsync(cancellationToken);
        return receipt;
    }

    private static bool IsAble(ScheduledKey key) => key.Key is { SealedKey: not null, WithdrawnAt: null };

    private Task<bool> AddAsync(SigningKey next, string after, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            // Of several nodes one makes it: the others find that theirs would not follow the newest.
            await InstallationLock.TakeAsync(db, token);
            var newest = await Able(db, next.Alg).OrderByDescending(key => key.SignsFrom).Select(key => key.Kid).FirstOrDefaultAsync(token);
            if (newest != after)
            {
                return false;
            }

            db.SigningKeys.Add(next);
            await db.SaveChangesAsync(token);
            await KeysVersion.StepAsync(db, token);
            return true;
        },
        cancellationToken);

    private static async Task TakeOverAsync(AuthServerDbContext db, SigningKey replacement, CancellationToken cancellationToken)
    {
        await InstallationLock.TakeAsync(db, cancellationToken);
        var now = replacement.SignsFrom;
        var published = await Able(db, replacement.Alg).Where(key => key.SignsFrom > now)
            .OrderBy(key => key.SignsFrom).Select(key => key.Kid).FirstOrDefaultAsync(cancellationToken);
        if (published is null)
        {
            db.SigningKeys.Add(replacement);
            await db.SaveChangesAsync(cancellationToken);
        }
        else
        {
            await db.SigningKeys.Where(key => key.Kid == published)
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.SignsFrom, now), cancellationToken);
        }

        await KeysVersion.StepAsync(db, cancellationToken);
    }

    private static async Task DestroyAsync(AuthServerDbContext db, List<OpenedKey> retired, CancellationToken cancellationToken)
    {
        foreach (var key in retired)
        {
            var (kid, publicKey) = (key.PublicPart.KeyId, SigningKeyForm.ExportPublic(key.PublicPart));
            await db.SigningKeys.Where(row => row.Kid == kid).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.PublicKey, publicKey).SetProperty(row => row.SealedKey, (byte[]?)null), cancellationToken);
        }

        await KeysVersion.StepAsync(db, cancellationToken);
    }

    private static IQueryable<SigningKey> Able(AuthServerDbContext db, string alg) =>
        db.SigningKeys.Where(key => key.Alg == alg && key.SealedKey != null && key.WithdrawnAt == null);
}

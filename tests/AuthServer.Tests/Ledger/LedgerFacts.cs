using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using AuthServer.Ledger;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AuthServer.Tests.Ledger;

/// <summary>A ledger with keys of its own, and what seals, verifies and shortens it.</summary>
public abstract class LedgerFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private readonly EphemeralDataProtectionProvider _protection = new();

    private SigningKeyRing _keys = null!;

    private protected LedgerSealer Sealer => new(Storage.Contexts, Writes, Signing, Clock);

    private protected LedgerVerification Verification => new(Storage.Contexts, Signing, NullLogger<LedgerVerification>.Instance);

    private protected LedgerPruning Pruning => new(
        Storage.Contexts,
        Writes,
        Signing,
        Verification,
        Options.Create(new AuthServerOptions { Ledger = { Retention = TimeSpan.FromDays(100) } }),
        Clock,
        NullLogger<LedgerPruning>.Instance);

    private protected SealSigning Signing => new(_keys);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await LoadKeysAsync();
    }

    /// <summary>As a node does that starts.</summary>
    protected async Task LoadKeysAsync()
    {
        _keys = new SigningKeyRing(
            Storage.Reader,
            Writes,
            new SigningKeySeal(_protection, Clock),
            Options.Create(new AuthServerOptions()),
            Clock,
            NullLogger<SigningKeyRing>.Instance);
        await _keys.LoadAsync(Cancellation);
    }

    /// <summary>A younger ES256 key, which takes over at the next load.</summary>
    protected async Task AddKeyAsync()
    {
        var key = new SigningKeySeal(_protection, Clock).Make("ES256", Clock.Now);
        await TamperAsync(db =>
        {
            db.Add(key);
            return Task.CompletedTask;
        });
    }

    /// <summary>Withdraws <paramref name="count"/> access tokens, a line each.</summary>
    protected async Task WithdrawAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var id = Guid.CreateVersion7(Clock.GetUtcNow());
            var target = new RevocationTarget.AccessToken($"jti-{id}", Clock.Now.AddMinutes(10), id, id, id);
            await Storage.Cascade.RevokeAsync(target, RevocationCause.ClientRequest, Targets.Server with { Reason = "asked" }, Cancellation);
        }
    }

    /// <summary>Makes <paramref name="seals"/> seals with three lines each.</summary>
    protected async Task SealAsync(int seals)
    {
        for (var i = 0; i < seals; i++)
        {
            await WithdrawAsync(3);
            Assert.Equal(3, await Sealer.SealAsync(Cancellation));
        }
    }

    private protected Task<LedgerReport> VerifyAsync() => Verification.VerifyAsync(Cancellation);

    /// <summary>Does what nobody may do.</summary>
    protected Task TamperAsync(Func<Grants.AuthServerDbContext, Task> tamper) => Writes.RunAsync(
        async (db, token) =>
        {
            await tamper(db);
            await db.SaveChangesAsync(token);
        },
        Cancellation);

    protected Task<RevocationEntry> EntryUnderAsync(long seal) =>
        Storage.ReadAsync(db => db.Revocations.AsNoTracking().OrderBy(r => r.Id).FirstAsync(r => r.SealId == seal, Cancellation));
}

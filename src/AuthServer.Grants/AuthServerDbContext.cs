using System.Data.Common;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace AuthServer.Grants;

/// <summary>The one model, for both databases. It is written through <see cref="Writes"/> alone.</summary>
public sealed class AuthServerDbContext(DbContextOptions<AuthServerDbContext> options)
    : IdentityDbContext<User, IdentityRole<Guid>, Guid>(options)
{
    // Asking the provider for its name costs as much as a statement.
    private bool? _sqlite;
    private HotStatements? _hot;

    public DbSet<Installation> Installation => Set<Installation>();

    public DbSet<Client> Clients => Set<Client>();

    public DbSet<Scope> Scopes => Set<Scope>();

    public DbSet<LoginSession> LoginSessions => Set<LoginSession>();

    public DbSet<Grant> Grants => Set<Grant>();

    public DbSet<TokenFamily> TokenFamilies => Set<TokenFamily>();

    public DbSet<RevokedAccessToken> RevokedAccessTokens => Set<RevokedAccessToken>();

    public DbSet<UsedOnce> UsedOnce => Set<UsedOnce>();

    public DbSet<PushedRequest> PushedRequests => Set<PushedRequest>();

    public DbSet<DeviceAuthorization> DeviceAuthorizations => Set<DeviceAuthorization>();

    public DbSet<RevocationEntry> Revocations => Set<RevocationEntry>();

    public DbSet<LedgerSeal> LedgerSeals => Set<LedgerSeal>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<OwedMail> OwedMails => Set<OwedMail>();

    public DbSet<SecurityEvent> SecurityEvents => Set<SecurityEvent>();

    public DbSet<Sweep> Sweeps => Set<Sweep>();

    public DbSet<BulkWithdrawal> BulkWithdrawals => Set<BulkWithdrawal>();

    public DbSet<Tally> Tallies => Set<Tally>();

    public DbSet<ImportedItem> ImportedItems => Set<ImportedItem>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    // Identity's option alone would let design time and host differ.
    protected override Version SchemaVersion => IdentitySchemaVersions.Version2;

    /// <summary>True while <see cref="Writes"/> holds the door open for this context.</summary>
    internal bool MayWrite { get; set; }

    /// <summary>The unit that runs on this context; null: none does.</summary>
    internal WriteUnit? Unit { get; set; }

    /// <summary>Whether rows lie as SQLite has them (<see cref="StoredForms"/>).</summary>
    internal bool IsSqlite => _sqlite ??= StoredForms.IsSqlite(Database.ProviderName);

    /// <summary>The statements below EF; since <see cref="OpenAsync"/>.</summary>
    internal HotStatements Hot => _hot ?? throw new InvalidOperationException("The connection has not been opened for them.");

    /// <summary>The transaction of the unit that runs on this context.</summary>
    internal DbTransaction? Transaction => Database.CurrentTransaction?.GetDbTransaction();

    /// <summary>Opens the connection until the context is disposed. Statements that were prepared on another are not used again.</summary>
    internal async Task OpenAsync(CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        _hot = new HotStatements(Database.GetDbConnection(), this.GetService<StatementWatch>());
    }

    public override void Dispose()
    {
        Forget();
        base.Dispose();
    }

    public override ValueTask DisposeAsync()
    {
        Forget();
        return base.DisposeAsync();
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (MayWrite)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }

        // Identity's stores save outside a unit; they wait at the same door.
        await using (await this.GetService<Writes>().EnterAsync(this, cancellationToken))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) => MayWrite
        ? base.SaveChanges(acceptAllChangesOnSuccess)
        : throw new NotSupportedException("Nothing is saved synchronously: the door of Writes is asynchronous.");

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(AuthServerDbContext).Assembly);
        StoredForms.Apply(builder, Database.ProviderName);
    }

    private void Forget()
    {
        _hot?.Dispose();
        _hot = null;
    }
}

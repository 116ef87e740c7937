using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>
/// One authorization of one client in one session: its code, its refresh tokens and its access tokens, none of which has a row of its own.
/// </summary>
public sealed class TokenFamily
{
    public required Guid Id { get; init; }

    public required Guid GrantId { get; init; }

    public required Guid UserId { get; init; }

    /// <summary>The client's row, not its <c>client_id</c>.</summary>
    public required Guid ClientId { get; init; }

    /// <summary>Null for a device, which no session carries.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Space-delimited: what was asked for and allowed. What is effective is decided at every use.</summary>
    public required string Scope { get; init; }

    /// <summary>Space-delimited (RFC 8707): the resources that were asked for; empty: those of the scopes.</summary>
    public string Resources { get; init; } = "";

    /// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5), JSON; null: none was sent.</summary>
    public string? Claims { get; init; }

    /// <summary>Null for a device.</summary>
    public string? RedirectUri { get; init; }

    /// <summary>Whether the authorization request named the redirect URI, so that the token request must (RFC 6749 §4.1.3).</summary>
    public bool RedirectUriRequired { get; init; }

    /// <summary>PKCE, always S256 (RFC 7636 §4.2); null where a confidential client sent none.</summary>
    public string? CodeChallenge { get; init; }

    public string? Nonce { get; init; }

    public required DateTime AuthTime { get; init; }

    public string? Acr { get; init; }

    /// <summary>Space-delimited (RFC 8176).</summary>
    public required string Amr { get; init; }

    /// <summary>
    /// Thumbprint of the key whose proof (RFC 9449) must come with the code, and with the refresh tokens of a public client; null: none must.
    /// </summary>
    public string? Jkt { get; set; }

    /// <summary><c>offline_access</c> was allowed: it outlives the end of its session by time.</summary>
    public bool Offline { get; init; }

    /// <summary>It outlives its session's revocation too, because the client is registered so.</summary>
    public bool SurvivesLogout { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Ends here unless it is refreshed before.</summary>
    public required DateTime IdleExpiresAt { get; set; }

    /// <summary>Ends here whatever happens.</summary>
    public required DateTime ExpiresAt { get; set; }

    /// <summary>0 while the code has not been redeemed; then the number of the current refresh token.</summary>
    public int Generation { get; private set; }

    /// <summary>128 random bits of the current generation: the right number with another stamp comes from another history of the database.</summary>
    public required byte[] Stamp { get; set; }

    public DateTime RotatedAt { get; private set; }

    public required long InstallationEpoch { get; init; }

    public required int UserEpoch { get; init; }

    public required int ClientEpoch { get; init; }

    /// <summary>Its own status; whether it is alive depends on its ancestors too.</summary>
    public Status Status { get; private init; }

    /// <summary>When its status stopped being valid; its row is pruned a while after.</summary>
    public DateTime? EndedAt { get; private init; }

    /// <summary>This one after its next rotation.</summary>
    internal TokenFamily Rotated(byte[] stamp, string? jkt, DateTime now, DateTime idleExpiresAt)
    {
        var next = (TokenFamily)MemberwiseClone();
        (next.Generation, next.Stamp, next.RotatedAt, next.IdleExpiresAt) = (Generation + 1, stamp, now, idleExpiresAt);
        next.Jkt ??= jkt;
        return next;
    }

    /// <summary>As <see cref="HotStatements"/> reads it, in the order of its columns there.</summary>
    internal static TokenFamily Read(HotRow row) => new()
    {
        Id = row.Id(),
        GrantId = row.Id(),
        UserId = row.Id(),
        ClientId = row.Id(),
        SessionId = row.IdOrNull(),
        Scope = row.Text(),
        Resources = row.Text(),
        Claims = row.TextOrNull(),
        RedirectUri = row.TextOrNull(),
        RedirectUriRequired = row.Flag(),
        CodeChallenge = row.TextOrNull(),
        Nonce = row.TextOrNull(),
        AuthTime = row.Instant(),
        Acr = row.TextOrNull(),
        Amr = row.Text(),
        Jkt = row.TextOrNull(),
        Offline = row.Flag(),
        SurvivesLogout = row.Flag(),
        CreatedAt = row.Instant(),
        IdleExpiresAt = row.Instant(),
        ExpiresAt = row.Instant(),
        Generation = row.Int(),
        Stamp = row.Bytes(),
        RotatedAt = row.Instant(),
        InstallationEpoch = row.Long(),
        UserEpoch = row.Int(),
        ClientEpoch = row.Int(),
        Status = row.Word<Status>(),
        EndedAt = row.InstantOrNull(),
    };

    internal sealed class Mapping : IEntityTypeConfiguration<TokenFamily>
    {
        public void Configure(EntityTypeBuilder<TokenFamily> builder)
        {
            builder.ToTable("TokenFamilies");
            builder.HasIndex(f => new { f.SessionId, f.Status });
            builder.HasIndex(f => new { f.GrantId, f.Status });
            builder.HasIndex(f => new { f.UserId, f.Status });
            builder.HasIndex(f => new { f.ClientId, f.Status, f.Id });
        }
    }
}

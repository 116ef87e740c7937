using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Grants.Revocation;

/// <summary>What is withdrawn. Everything below it falls with it; nothing beside it is touched.</summary>
public abstract record RevocationTarget
{
    private RevocationTarget(RevocationTargetKind kind, Guid id)
    {
        Kind = kind;
        Id = id;
    }

    public RevocationTargetKind Kind { get; }

    /// <summary>The row; for an access token withdrawn alone, its family's or client's.</summary>
    public Guid Id { get; }

    /// <summary>One access token, alone. Its row is kept until <paramref name="ExpiresAt"/>.</summary>
    public sealed record AccessToken(string Jti, DateTime ExpiresAt, Guid OwnerId, Guid? UserId, Guid ClientId)
        : RevocationTarget(RevocationTargetKind.AccessToken, OwnerId);

    /// <summary>A family: its code, refresh tokens and access tokens.</summary>
    public sealed record Family(Guid FamilyId) : RevocationTarget(RevocationTargetKind.Family, FamilyId)
    {
        /// <summary>Only where it is this client's, which the write itself asks; null: whosever it is.</summary>
        public Guid? OfClient { get; init; }

        /// <summary>Only at this version of the registry, which the write itself asks: the caller remembers the client from it. Null: at any.</summary>
        public long? AtRegistry { get; init; }
    }

    /// <summary>A login session, with every family in it that does not survive a sign-out.</summary>
    public sealed record Session(Guid SessionId) : RevocationTarget(RevocationTargetKind.Session, SessionId);

    /// <summary>A login session past its idle or absolute end, with every family in it that has no <c>offline_access</c>.</summary>
    public sealed record OverdueSession(Guid SessionId) : RevocationTarget(RevocationTargetKind.Session, SessionId);

    /// <summary>A grant, with every family of it in every session.</summary>
    public sealed record Grant(Guid GrantId) : RevocationTarget(RevocationTargetKind.Grant, GrantId);

    /// <summary>One scope of a grant: its families go on without it.</summary>
    public sealed record GrantScope(Guid GrantId, string Scope) : RevocationTarget(RevocationTargetKind.Grant, GrantId);

    /// <summary>Everything a user holds, but for one session with its families, which the user acts from.</summary>
    public sealed record UserSessions(Guid UserId, Guid? KeptSessionId) : RevocationTarget(RevocationTargetKind.User, UserId);

    /// <summary>A user: every session and family. The user is disabled.</summary>
    public sealed record User(Guid UserId) : RevocationTarget(RevocationTargetKind.User, UserId);

    /// <summary>A user and everything they hold. The row goes with it.</summary>
    public sealed record DeletedUser(Guid UserId) : RevocationTarget(RevocationTargetKind.User, UserId);

    /// <summary>Everything a client holds; the client itself goes on, as after its secret leaked.</summary>
    public sealed record ClientTokens(Guid ClientId) : RevocationTarget(RevocationTargetKind.Client, ClientId);

    /// <summary>One scope of a client: its families go on without it.</summary>
    public sealed record ClientScope(Guid ClientId, string Scope) : RevocationTarget(RevocationTargetKind.Client, ClientId);

    /// <summary>A client: every family and client-credentials token. The client is disabled.</summary>
    public sealed record Client(Guid ClientId) : RevocationTarget(RevocationTargetKind.Client, ClientId);

    /// <summary>Everything that was ever issued, after a backup was put back: whatever was withdrawn since it was made must not live again.</summary>
    public sealed record Installation() : RevocationTarget(RevocationTargetKind.Installation, Guid.Empty);

    /// <summary>A signing key that somebody else may have: every token it signed is refused. The ledger names it by the first half of the digest of its <c>kid</c>.</summary>
    public sealed record SigningKey(string Kid) : RevocationTarget(RevocationTargetKind.SigningKey, IdOf(Kid));

    /// <summary>A client and everything it holds. The row goes with it.</summary>
    public sealed record DeletedClient(Guid ClientId) : RevocationTarget(RevocationTargetKind.Client, ClientId);

    private static Guid IdOf(string kid) => new(SHA256.HashData(Encoding.ASCII.GetBytes(kid)).AsSpan(0, 16), bigEndian: true);
}

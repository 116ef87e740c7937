using System.Security.Cryptography;
using AuthServer.Benchmarks.Load;
using AuthServer.Grants;
using AuthServer.Grants.Entities;

namespace AuthServer.Benchmarks.Micro;

/// <summary>A user, a client, a session and a grant, and the families that hang from them.</summary>
internal sealed record Seeds(User User, Client Client, LoginSession Session, Grant Grant, DateTimeOffset Now)
{
    public IEnumerable<object> Rows => [User, Client, Session, Grant];

    public static Seeds Parents(DateTimeOffset now)
    {
        var name = $"user{RandomNumberGenerator.GetHexString(8)}@benchmark.example";
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = name,
            NormalizedEmail = name.ToUpperInvariant(),
            SecurityStamp = RandomNumberGenerator.GetHexString(32),
            UpdatedAt = now.UtcDateTime,
        };
        var client = new Client
        {
            Id = Guid.CreateVersion7(now),
            ClientId = $"client{RandomNumberGenerator.GetHexString(8)}",
            TokenEndpointAuthMethod = "none",
            GrantTypes = ["authorization_code", "refresh_token"],
            RedirectUris = [BenchmarkClient.RedirectUri],
            Scope = "openid profile",
            CreatedAt = now.UtcDateTime,
        };
        var session = new LoginSession
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            KeyHash = RandomNumberGenerator.GetBytes(32),
            CreatedAt = now.UtcDateTime,
            AuthTime = now.UtcDateTime,
            LastSeenAt = now.UtcDateTime,
            IdleExpiresAt = now.UtcDateTime.AddHours(12),
            ExpiresAt = now.UtcDateTime.AddHours(12),
            Amr = "pwd",
            UserEpoch = 0,
        };
        var grant = new Grant
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            ClientId = client.Id,
            Scope = client.Scope,
            FirstGivenAt = now.UtcDateTime,
            LastGivenAt = now.UtcDateTime,
        };
        return new(user, client, session, grant, now);
    }

    public TokenFamily NewFamily(long installationEpoch) => new()
    {
        Id = Guid.CreateVersion7(Now),
        GrantId = Grant.Id,
        UserId = User.Id,
        ClientId = Client.Id,
        SessionId = Session.Id,
        Scope = Grant.Scope,
        RedirectUri = BenchmarkClient.RedirectUri,
        AuthTime = Now.UtcDateTime,
        Amr = "pwd",
        CreatedAt = Now.UtcDateTime,
        IdleExpiresAt = Now.UtcDateTime.AddDays(30),
        ExpiresAt = Now.UtcDateTime.AddDays(365),
        Stamp = FamilyRotation.NewStamp(),
        InstallationEpoch = installationEpoch,
        UserEpoch = 0,
        ClientEpoch = 0,
    };
}

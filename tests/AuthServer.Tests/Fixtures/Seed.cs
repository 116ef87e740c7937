using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Fixtures;

/// <summary>Puts rows straight into the database, through the door.</summary>
public sealed class Seed(TestStorage storage)
{
    private DateTime Now => storage.Clock.Now;

    public Task<User> UserAsync(string name) => AddAsync(new User
    {
        Id = NewId(),
        UserName = $"{name}@example.com",
        NormalizedUserName = $"{name}@example.com".ToUpperInvariant(),
        Email = $"{name}@example.com",
        NormalizedEmail = $"{name}@example.com".ToUpperInvariant(),
        Name = name,
        SecurityStamp = RandomNumberGenerator.GetHexString(32),
        LockoutEnabled = true,
        UpdatedAt = Now,
    });

    public Task<Client> ClientAsync(string clientId) => AddAsync(new Client
    {
        Id = NewId(),
        ClientId = clientId,
        TokenEndpointAuthMethod = "none",
        GrantTypes = ["authorization_code", "refresh_token"],
        RedirectUris = ["https://client.example/cb"],
        Scope = "openid offline_access orders.read",
        CreatedAt = Now,
    });

    public Task<LoginSession> SessionAsync(User user, byte[]? keyHash = null) => AddAsync(new LoginSession
    {
        Id = NewId(),
        UserId = user.Id,
        KeyHash = keyHash ?? RandomNumberGenerator.GetBytes(32),
        CreatedAt = Now,
        AuthTime = Now,
        LastSeenAt = Now,
        IdleExpiresAt = Now.AddHours(2),
        ExpiresAt = Now.AddHours(12),
        Amr = "pwd",
        UserEpoch = user.Epoch,
    });

    public Task<Grant> GrantAsync(User user, Client client) => AddAsync(new Grant
    {
        Id = NewId(),
        UserId = user.Id,
        ClientId = client.Id,
        Scope = client.Scope,
        FirstGivenAt = Now,
        LastGivenAt = Now,
    });

    /// <summary>A family of <paramref name="grant"/>, of epoch 0 as everything freshly seeded is.</summary>
    public async Task<TokenFamily> FamilyAsync(Grant grant, LoginSession? session, bool offline = false, bool survivesLogout = false)
    {
        var installation = await storage.ReadAsync(db => db.Installation.Select(i => i.Epoch).SingleAsync());
        return await AddAsync(new TokenFamily
        {
            Id = NewId(),
            GrantId = grant.Id,
            UserId = grant.UserId,
            ClientId = grant.ClientId,
            SessionId = session?.Id,
            Scope = grant.Scope,
            RedirectUri = "https://client.example/cb",
            AuthTime = Now,
            Amr = "pwd",
            Offline = offline,
            SurvivesLogout = survivesLogout,
            CreatedAt = Now,
            IdleExpiresAt = Now.AddDays(30),
            ExpiresAt = Now.AddDays(365),
            Stamp = RandomNumberGenerator.GetBytes(16),
            InstallationEpoch = installation,
            UserEpoch = 0,
            ClientEpoch = 0,
        });
    }

    private Guid NewId() => Guid.CreateVersion7(storage.Clock.GetUtcNow());

    private async Task<T> AddAsync<T>(T row)
        where T : class
    {
        await storage.Writes.RunAsync(
            async (db, cancellationToken) =>
            {
                db.Add(row);
                await db.SaveChangesAsync(cancellationToken);
            },
            CancellationToken.None);
        return row;
    }
}

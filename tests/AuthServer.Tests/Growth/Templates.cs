using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Growth;

/// <summary>One row of each kind, most of them as the server made them when somebody signed in: the others are copies of these.</summary>
public sealed record Templates(Guid User, Guid Session, Guid Grant, Guid Family, Guid Revocation, Guid Delivery, Guid Event, Guid Web, Guid Shop, Guid Spa)
{
    public static async Task<Templates> MakeAsync(AuthServerFactory server)
    {
        var person = await server.NewPersonAsync();
        await server.Client("web").SignInAsync(person);
        var (revocation, delivery, now) = (Guid.CreateVersion7(server.Clock.GetUtcNow()), Guid.CreateVersion7(server.Clock.GetUtcNow()), server.Clock.Now);
        await using var db = await server.Services.GetRequiredService<IDbContextFactory<AuthServerDbContext>>().CreateDbContextAsync();
        var user = await db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync();
        var clients = await db.Clients.ToDictionaryAsync(c => c.ClientId, c => c.Id);
        await server.Services.GetRequiredService<Writes>().RunAsync(
            (unit, token) =>
            {
                unit.Add(new RevocationEntry
                {
                    Id = revocation, At = now, Cause = RevocationCause.SignOut, TargetKind = RevocationTargetKind.Session, TargetId = user,
                    ActorKind = RevocationActorKind.User, Address = "192.0.2.1", Sessions = 1, Families = 1,
                });
                unit.Add(new Delivery
                {
                    Id = delivery, RevocationId = revocation, Kind = DeliveryKind.BackChannelLogout, UserId = user, CreatedAt = now,
                });
                return unit.SaveChangesAsync(token);
            },
            CancellationToken.None);
        return new(
            user,
            await db.LoginSessions.Where(s => s.UserId == user).Select(s => s.Id).SingleAsync(),
            await db.Grants.Where(g => g.UserId == user).Select(g => g.Id).SingleAsync(),
            await db.TokenFamilies.Where(f => f.UserId == user).Select(f => f.Id).SingleAsync(),
            revocation,
            delivery,
            await db.SecurityEvents.Where(e => e.UserId == user).Select(e => e.Id).FirstAsync(),
            clients["web"],
            clients["shop"],
            clients["spa"]);
    }
}

using System.Net;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Cascade;

/// <summary>What the triggers that people pull have in common: somebody with two devices, a neighbour, and an operator.</summary>
public abstract class TriggerFacts(AuthServerFactory server) : SpecFacts(server)
{
    /// <summary>Somebody new, signed in to two clients on a laptop and to one on a phone; and somebody else.</summary>
    protected async Task<Home> MoveInAsync()
    {
        var (person, neighbour) = (await Server.NewPersonAsync(), await Server.NewPersonAsync());
        var laptop = await Web.SignInAsync(person);
        return new Home(
            person,
            await IdOfAsync(person),
            laptop,
            await Shop.SignInAsync(laptop.Browser, person),
            await Web.SignInAsync(person),
            neighbour,
            await Web.SignInAsync(neighbour));
    }

    protected async Task<Browser> OperatorAsync()
    {
        var browser = NewBrowser();
        await browser.SignInAsync(Alice);
        return browser;
    }

    protected Task<Guid> IdOfAsync(Person person) => Server.ReadAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync(Cancellation));

    protected Task<Guid> ClientIdOfAsync(RelyingParty client) =>
        Server.ReadAsync(db => db.Clients.Where(c => c.ClientId == client.ClientId).Select(c => c.Id).SingleAsync(Cancellation));

    protected Task<Guid> SessionOfAsync(Tokens tokens) => FamilyAsync(tokens, family => family.SessionId!.Value);

    protected Task<T> FamilyAsync<T>(Tokens tokens, Func<TokenFamily, T> select) => Server.ReadAsync(async db =>
    {
        var id = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(tokens.AccessToken).Id;
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(id);
        var familyId = new Guid(bytes.AsSpan(1, 16), bigEndian: true);
        return select(await db.TokenFamilies.AsNoTracking().SingleAsync(f => f.Id == familyId, Cancellation));
    });

    /// <summary>The causes in the ledger about this user, the oldest first; what a sweep reports is left out.</summary>
    protected Task<List<RevocationCause>> CausesAsync(Guid userId) => Server.ReadAsync(db => db.Revocations
        .Where(r => r.UserId == userId && r.Completes == null).OrderBy(r => r.At).Select(r => r.Cause).ToListAsync(Cancellation));

    protected async Task WithUsersAsync(Person person, Func<UserManager<User>, User, Task> act)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        await act(users, (await users.FindByEmailAsync(person.Email))!);
    }

    protected Task SwitchSecondFactorOnAsync(Person person) => WithUsersAsync(person, async (users, user) =>
    {
        Assert.True((await users.ResetAuthenticatorKeyAsync(user)).Succeeded);
        Assert.True((await users.SetTwoFactorEnabledAsync(user, enabled: true)).Succeeded);
    });

    /// <summary>Proves that the browser's cookie is refused at the very next request.</summary>
    protected static async Task ShouldBeSignedOutAsync(Browser browser)
    {
        Assert.False(await browser.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/Identity/Account/Manage/Sessions")).Status);
    }

    protected async Task ShouldBeUntouchedAsync(Home home)
    {
        await Web.ShouldBeAliveAsync(home.NeighbourWeb);
        Assert.True(await home.NeighbourWeb.Browser.IsSignedInAsync());
    }

    protected async Task LaptopShouldLiveAsync(Home home)
    {
        await Web.ShouldBeAliveAsync(home.LaptopWeb);
        await Shop.ShouldBeAliveAsync(home.LaptopShop);
        Assert.True(await home.LaptopWeb.Browser.IsSignedInAsync());
    }

    protected async Task LaptopShouldBeDeadAsync(Home home)
    {
        await Web.ShouldBeDeadAsync(home.LaptopWeb);
        await Shop.ShouldBeDeadAsync(home.LaptopShop);
        await ShouldBeSignedOutAsync(home.LaptopWeb.Browser);
    }

    protected async Task PhoneShouldLiveAsync(Home home)
    {
        await Web.ShouldBeAliveAsync(home.PhoneWeb);
        Assert.True(await home.PhoneWeb.Browser.IsSignedInAsync());
    }

    protected async Task PhoneShouldBeDeadAsync(Home home)
    {
        await Web.ShouldBeDeadAsync(home.PhoneWeb);
        await ShouldBeSignedOutAsync(home.PhoneWeb.Browser);
    }

    /// <summary>Who lives there.</summary>
    protected sealed record Home(
        Person Person, Guid UserId, Tokens LaptopWeb, Tokens LaptopShop, Tokens PhoneWeb, Person Neighbour, Tokens NeighbourWeb)
    {
        public Browser Laptop => LaptopWeb.Browser;
    }
}

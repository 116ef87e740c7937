using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Fixtures;

/// <summary>
/// Alice at a laptop and a phone, Bob at a desk; two clients, web and mail. What is below one thing is beside another, so whatever is
/// withdrawn here shows what falls with it and what does not.
/// </summary>
public sealed class Household(TestStorage storage)
{
    private readonly Dictionary<string, TokenFamily> _families = new(StringComparer.Ordinal);

    public User Alice { get; private set; } = null!;

    public User Bob { get; private set; } = null!;

    public Client Web { get; private set; } = null!;

    public LoginSession Laptop { get; private set; } = null!;

    public LoginSession Phone { get; private set; } = null!;

    public Grant AliceToWeb { get; private set; } = null!;

    public IEnumerable<TokenFamily> Families => _families.Values;

    public TokenFamily this[string family] => _families[family];

    public static async Task<Household> MoveInAsync(TestStorage storage)
    {
        var home = new Household(storage);
        await home.FillAsync(new Seed(storage));
        return home;
    }

    /// <summary>The names of the families alive now, in order; the SQL and the reasons must agree.</summary>
    /// <param name="known">Every family of the household still has its row.</param>
    public async Task<string> AliveAsync(bool known = true)
    {
        await using var db = storage.NewContext();
        var alive = await db.AliveFamilies(storage.Clock.Now).Select(f => f.Id).ToListAsync();
        foreach (var family in _families.Values)
        {
            var reason = Liveness.WhyDead((await storage.Liveness.FindFamilyAsync(family.Id, jti: null, CancellationToken.None)).State, storage.Clock.Now);
            Assert.Equal(alive.Contains(family.Id), reason is null);
            Assert.True(!known || reason is not DeathReason.Unknown);
        }

        return string.Join(' ', _families.Where(pair => alive.Contains(pair.Value.Id)).Select(pair => pair.Key));
    }

    /// <summary>The target that a word names.</summary>
    public RevocationTarget Target(RevocationTargetKind kind) => kind switch
    {
        RevocationTargetKind.AccessToken => new RevocationTarget.AccessToken(
            "the-jti", storage.Clock.Now.AddMinutes(10), this["laptop-web"].Id, Alice.Id, Web.Id),
        RevocationTargetKind.Family => new RevocationTarget.Family(this["laptop-web"].Id),
        RevocationTargetKind.Session => new RevocationTarget.Session(Laptop.Id),
        RevocationTargetKind.Grant => new RevocationTarget.Grant(AliceToWeb.Id),
        RevocationTargetKind.User => new RevocationTarget.User(Alice.Id),
        RevocationTargetKind.Client => new RevocationTarget.Client(Web.Id),
        RevocationTargetKind.SigningKey => new RevocationTarget.SigningKey("nobody's"),
        RevocationTargetKind.Installation => new RevocationTarget.Installation(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private async Task FillAsync(Seed seed)
    {
        (Alice, Bob) = (await seed.UserAsync("alice"), await seed.UserAsync("bob"));
        Web = await seed.ClientAsync("web");
        var mail = await seed.ClientAsync("mail");
        (Laptop, Phone) = (await seed.SessionAsync(Alice), await seed.SessionAsync(Alice));
        var desk = await seed.SessionAsync(Bob);
        AliceToWeb = await seed.GrantAsync(Alice, Web);
        var aliceToMail = await seed.GrantAsync(Alice, mail);
        var bobToWeb = await seed.GrantAsync(Bob, Web);

        _families["laptop-web"] = await seed.FamilyAsync(AliceToWeb, Laptop);
        _families["laptop-mail"] = await seed.FamilyAsync(aliceToMail, Laptop, offline: true);
        _families["laptop-native"] = await seed.FamilyAsync(aliceToMail, Laptop, offline: true, survivesLogout: true);
        _families["phone-web"] = await seed.FamilyAsync(AliceToWeb, Phone, offline: true);
        _families["device-web"] = await seed.FamilyAsync(AliceToWeb, session: null);
        _families["bob-web"] = await seed.FamilyAsync(bobToWeb, desk);
    }
}

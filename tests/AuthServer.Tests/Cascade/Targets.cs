using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>Every kind of withdrawal there is, in the household.</summary>
public static class Targets
{
    public const string Everything = "laptop-web laptop-mail laptop-native phone-web device-web bob-web";

    public static readonly RevocationActor Server = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    /// <summary>The names, with who is alive afterwards, and whether withdrawing again withdraws again (an epoch is stepped each time).</summary>
    public static TheoryData<string, string, bool> All => new()
    {
        { "token", Everything, false },
        { "family", "laptop-mail laptop-native phone-web device-web bob-web", false },
        { "session", "laptop-native phone-web device-web bob-web", false },
        { "overdue", "laptop-mail laptop-native phone-web device-web", false },
        { "grant", "laptop-mail laptop-native bob-web", false },
        { "grant-scope", Everything, false },
        { "everywhere", "bob-web", true },
        { "everywhere-else", "laptop-web laptop-mail laptop-native bob-web", true },
        { "user", "bob-web", false },
        { "deleted-user", "bob-web", false },
        { "client-tokens", "laptop-mail laptop-native", true },
        { "client-scope", Everything, false },
        { "client", "laptop-mail laptop-native", false },
        { "deleted-client", "laptop-mail laptop-native", false },
    };

    public static (RevocationTarget Target, RevocationCause Cause) Of(Household home, TestStorage storage, string name) => name switch
    {
        "token" => (home.Target(RevocationTargetKind.AccessToken), RevocationCause.ClientRequest),
        "family" => (home.Target(RevocationTargetKind.Family), RevocationCause.RefreshTokenReplay),
        "session" => (new RevocationTarget.Session(home.Laptop.Id), RevocationCause.SignOut),
        "overdue" => (Overdue(home, storage), RevocationCause.SessionExpired),
        "grant" => (new RevocationTarget.Grant(home.AliceToWeb.Id), RevocationCause.GrantRemoved),
        "grant-scope" => (new RevocationTarget.GrantScope(home.AliceToWeb.Id, "orders.read"), RevocationCause.ScopeRemoved),
        "everywhere" => (new RevocationTarget.UserSessions(home.Alice.Id, KeptSessionId: null), RevocationCause.SignOutEverywhere),
        "everywhere-else" => (new RevocationTarget.UserSessions(home.Alice.Id, home.Laptop.Id), RevocationCause.PasswordChanged),
        "user" => (new RevocationTarget.User(home.Alice.Id), RevocationCause.UserDisabled),
        "deleted-user" => (new RevocationTarget.DeletedUser(home.Alice.Id), RevocationCause.UserDeleted),
        "client-tokens" => (new RevocationTarget.ClientTokens(home.Web.Id), RevocationCause.SecretLeaked),
        "client-scope" => (new RevocationTarget.ClientScope(home.Web.Id, "orders.read"), RevocationCause.ScopeRemoved),
        "client" => (new RevocationTarget.Client(home.Web.Id), RevocationCause.ClientDisabled),
        "deleted-client" => (new RevocationTarget.DeletedClient(home.Web.Id), RevocationCause.ClientDeleted),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Registers every client to be told when a session ends.</summary>
    public static Task TellEverybodyAsync(this TestStorage storage) => storage.Writes.RunAsync(
        (db, token) => db.Clients.ExecuteUpdateAsync(set => set.SetProperty(c => c.BackchannelLogoutUri, "https://client.example/logout"), token),
        CancellationToken.None);

    public static async Task SweepAllAsync(this TestStorage storage)
    {
        while (await storage.Cascade.SweepAsync(CancellationToken.None))
        {
            // Until nothing is left.
        }
    }

    public static Task<RevocationPreview> PreviewAsync(this TestStorage storage, RevocationTarget target) =>
        storage.ReadAsync(db => RevocationPreview.OfAsync(db, target, storage.Clock.Now, CancellationToken.None));

    private static RevocationTarget.OverdueSession Overdue(Household home, TestStorage storage)
    {
        storage.Clock.Advance(TimeSpan.FromHours(3));
        return new(home.Laptop.Id);
    }
}

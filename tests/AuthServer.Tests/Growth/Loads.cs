using AuthServer.Grants.Entities;

namespace AuthServer.Tests.Growth;

/// <summary>
/// What is put into each table. A user's families: one with each client in an older session, one with the first in a newer. Of the sessions a third is
/// alive; of those that ended some are past their retention.
/// </summary>
public sealed class Loads(SqlForms forms, Templates of, Volume volume)
{
    private const int Day = 86_400;

    private const int DaysAlive = 40;

    // Those that the server made itself meanwhile.
    private const int SealsBefore = 1000;

    private readonly int _users = volume.Users;

    public IEnumerable<Load> All =>
    [
        Users, Sessions, Grants, Families, Revocations, Seals, Deliveries, Events,
    ];

    private Load Users => new(typeof(User), of.User, _users, new()
    {
        ["Id"] = User("i"),
        ["UserName"] = "'u' || i || '@example.com'",
        ["NormalizedUserName"] = "'U' || i || '@EXAMPLE.COM'",
        ["Email"] = "'u' || i || '@example.com'",
        ["NormalizedEmail"] = "'U' || i || '@EXAMPLE.COM'",
        ["Name"] = "'Somebody ' || i",
        ["NormalizedName"] = "'SOMEBODY ' || i",
        ["Disabled"] = "i % 1000 = 0",
    });

    private Load Sessions => new(typeof(LoginSession), of.Session, 2 * _users, new()
    {
        ["Id"] = Session("i"),
        ["UserId"] = User("(i + 1) / 2"),
        ["CreatedAt"] = forms.MadeAt("i", 2 * _users),
        ["AuthTime"] = forms.MadeAt("i", 2 * _users),
        ["LastSeenAt"] = forms.At(Seen),
        ["IdleExpiresAt"] = forms.At($"{Seen} - {14 * Day}"),
        ["ExpiresAt"] = forms.At($"{-60 * Day}"),
        ["Status"] = $"CASE WHEN {IsAlive("i", 2 * _users)} THEN 'valid' WHEN i % 3 = 0 THEN 'revoked' ELSE 'expired' END",
        ["EndedAt"] = $"CASE WHEN {IsAlive("i", 2 * _users)} THEN NULL ELSE {EndedAt} END",
    });

    private Load Grants => new(typeof(Grant), of.Grant, 2 * _users, new()
    {
        ["Id"] = Grant("i"),
        ["UserId"] = User("(i + 1) / 2"),
        ["ClientId"] = $"CASE WHEN i % 2 = 1 THEN {forms.Key(of.Web)} ELSE {Second("i / 2")} END",
        ["FirstGivenAt"] = forms.MadeAt("i", 2 * _users),
        ["LastGivenAt"] = forms.MadeAt("i", 2 * _users),
    });

    // Of a user's three, the last is offline.
    private Load Families => new(typeof(TokenFamily), of.Family, volume.Families, new()
    {
        ["Id"] = forms.Id("004", "i", volume.Families),
        ["UserId"] = User(Owner),
        ["SessionId"] = Session(SessionOf),
        ["GrantId"] = Grant($"(2 * {Owner} - CASE WHEN i % 3 = 2 THEN 0 ELSE 1 END)"),
        ["ClientId"] = $"CASE WHEN i % 3 = 2 THEN {Second(Owner)} ELSE {forms.Key(of.Web)} END",
        ["Offline"] = "i % 3 = 0",
        ["CreatedAt"] = forms.MadeAt("i", volume.Families),
        ["RotatedAt"] = forms.At(Seen),
        ["IdleExpiresAt"] = forms.At($"{Seen} - {20 * Day}"),
        ["ExpiresAt"] = forms.At($"{-245 * Day}"),
        ["Status"] = $"CASE WHEN {IsHeld} THEN 'valid' ELSE 'expired' END",
        ["EndedAt"] = $"CASE WHEN {IsHeld} THEN NULL ELSE {EndedAt} END",
    });

    private Load Revocations => new(typeof(RevocationEntry), of.Revocation, volume.Revocations, new()
    {
        ["Id"] = Revocation("i"),
        ["At"] = forms.MadeAt("i", volume.Revocations),
        ["Cause"] = """
            CASE WHEN i % 250000 = 7 THEN 'user_deleted' WHEN i % 500 = 9 THEN 'refresh_token_replay' WHEN i % 5 = 1 THEN 'session_expired'
            WHEN i % 5 = 2 THEN 'client_request' WHEN i % 5 = 3 THEN 'grant_removed' ELSE 'sign_out' END
            """,
        ["TargetKind"] = "CASE WHEN i % 5 = 2 THEN 'family' WHEN i % 5 = 3 THEN 'grant' ELSE 'session' END",
        ["TargetId"] = Session("(2 * ((i + 4) / 5))"),
        ["UserId"] = User("((i + 4) / 5)"),
        ["ClientId"] = $"CASE WHEN i % 5 = 2 THEN {forms.Key(of.Web)} WHEN i % 5 = 3 THEN {Second("((i + 4) / 5)")} ELSE NULL END",
        ["ActorKind"] = "CASE WHEN i % 5 = 1 THEN 'server' WHEN i % 5 = 2 THEN 'client' ELSE 'user' END",
        ["ActorId"] = $"CASE WHEN i % 5 = 1 THEN NULL WHEN i % 5 = 2 THEN {forms.Key(of.Web)} ELSE {User("((i + 4) / 5)")} END",
        ["CorrelationId"] = "'request-' || i",
        ["SealId"] = $"{SealsBefore} + (i - 1) / {Volume.Sealed} + 1",
    });

    private Load Seals => new(typeof(LedgerSeal), 1, volume.Revocations / Volume.Sealed, new()
    {
        ["Id"] = $"{SealsBefore} + i",
        ["At"] = forms.MadeAt("i", volume.Revocations / Volume.Sealed),
        ["Count"] = $"{Volume.Sealed}",
    });

    private Load Deliveries => new(typeof(Delivery), of.Delivery, _users, new()
    {
        ["Id"] = forms.Id("006", "i", _users),
        ["RevocationId"] = Revocation("5 * i"),
        ["ClientId"] = $"CASE WHEN i % 3 = 1 THEN {forms.Key(of.Web)} ELSE {Second("i")} END",
        ["UserId"] = User("i"),
        ["SessionId"] = Session("(2 * i)"),
        ["CreatedAt"] = forms.MadeAt("i", _users),
        ["State"] = "CASE WHEN i % 100 = 1 THEN 'failed' WHEN i % 1000 = 2 THEN 'pending' ELSE 'acknowledged' END",
        ["NextAttemptAt"] = $"CASE WHEN i % 1000 = 2 THEN {forms.At("0 - i % 1800 - 60")} ELSE NULL END",
    });

    private Load Events => new(typeof(SecurityEvent), of.Event, 2 * _users, new()
    {
        ["Id"] = forms.Id("007", "i", 2 * _users),
        ["UserId"] = User("((i + 1) / 2)"),
        ["At"] = forms.MadeAt("i", 2 * _users),
        ["LastAt"] = forms.MadeAt("i", 2 * _users),
        ["SessionId"] = Session("i"),
    });

    private const string Owner = "((i + 2) / 3)";

    private const string SessionOf = $"(2 * {Owner} - CASE WHEN i % 3 = 0 THEN 0 ELSE 1 END)";

    private const string Seen = "(i % 864000)";

    private string EndedAt => forms.At($"{Day} + i % {9 * Day}");

    private string IsHeld => $"i % 3 = 0 OR {IsAlive(SessionOf, 2 * _users)}";

    private static string IsAlive(string number, long total) => $"{number} > {total} - {total} * {DaysAlive} / {(int)Volume.Age.TotalDays}";

    private string User(string number) => forms.Id("001", number, _users);

    private string Session(string number) => forms.Id("002", number, 2 * _users);

    private string Grant(string number) => forms.Id("003", number, 2 * _users);

    private string Revocation(string number) => forms.Id("005", number, volume.Revocations);

    // Many have the shop, a few the single page.
    private string Second(string user) => $"CASE WHEN ({user}) % 20000 = 7 THEN {forms.Key(of.Spa)} ELSE {forms.Key(of.Shop)} END";
}

using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>What is alive below something, by name: sessions with their clients; below a client, its users. The numbers are the preview's.</summary>
internal sealed class FallingTree(AuthServerDbContext db, TimeProvider time)
{
    private const int MaxBranches = 20;
    private const int MaxFamilies = 200;

    // Of a client with a million families not all are looked at: more branches than are shown come of these.
    private const int Looked = 2_000;

    public Task<IReadOnlyList<Branch>> BelowAsync(RevocationTarget target, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (families, sessions) = (db.AliveFamilies(now), db.AliveSessions(now));
        return target switch
        {
            RevocationTarget.Family => SessionsAsync(families.Where(f => f.Id == target.Id), sessions: null, cancellationToken),
            RevocationTarget.Session => SessionsAsync(
                families.Where(f => f.SessionId == target.Id && !f.SurvivesLogout), sessions.Where(s => s.Id == target.Id), cancellationToken),
            RevocationTarget.Grant or RevocationTarget.GrantScope => SessionsAsync(families.Where(f => f.GrantId == target.Id), sessions: null, cancellationToken),
            { Kind: RevocationTargetKind.User } => SessionsAsync(
                families.Where(f => f.UserId == target.Id), sessions.Where(s => s.UserId == target.Id), cancellationToken),
            _ => UsersAsync(families.Where(f => f.ClientId == target.Id), cancellationToken),
        };
    }

    /// <summary>What hangs below many sessions, grants or families: the clients that lose access, by user.</summary>
    public Task<IReadOnlyList<Branch>> BelowAsync(IReadOnlyCollection<RevocationTarget> targets, CancellationToken cancellationToken) =>
        UsersAsync(Below(targets), cancellationToken);

    public Task<int> CountAsync(IReadOnlyCollection<RevocationTarget> targets, CancellationToken cancellationToken) =>
        Below(targets).Take(RevocationReceipt.CountLimit + 1).CountAsync(cancellationToken);

    private IQueryable<TokenFamily> Below(IReadOnlyCollection<RevocationTarget> targets)
    {
        Guid[] sessions = Ids(RevocationTargetKind.Session), grants = Ids(RevocationTargetKind.Grant), families = Ids(RevocationTargetKind.Family);
        return db.AliveFamilies(time.GetUtcNow().UtcDateTime).Where(f =>
            (f.SessionId != null && !f.SurvivesLogout && sessions.Contains(f.SessionId.Value)) || grants.Contains(f.GrantId) || families.Contains(f.Id));

        Guid[] Ids(RevocationTargetKind kind) => [.. targets.Where(target => target.Kind == kind).Select(target => target.Id)];
    }

    private async Task<IReadOnlyList<Branch>> SessionsAsync(
        IQueryable<TokenFamily> families, IQueryable<LoginSession>? sessions, CancellationToken cancellationToken)
    {
        var held = await (
            from f in families
            join c in db.Clients on f.ClientId equals c.Id
            from s in db.LoginSessions.Where(s => s.Id == f.SessionId).DefaultIfEmpty()
            orderby f.Id
            select new { f.SessionId, Client = c.ClientName ?? c.ClientId, s!.UserAgent, s.Address }).Take(MaxFamilies).ToListAsync(cancellationToken);
        var alone = sessions is null ? [] : await sessions.OrderByDescending(s => s.LastSeenAt).Select(s => new { s.Id, s.UserAgent, s.Address })
            .Take(MaxBranches).ToListAsync(cancellationToken);
        var branches = held.GroupBy(f => f.SessionId)
            .Select(group => new Branch(Name(group.Key, group.First().UserAgent, group.First().Address), Leaves(group.Select(f => f.Client))))
            .Concat(alone.Where(s => held.TrueForAll(f => f.SessionId != s.Id)).Select(s => new Branch(Name(s.Id, s.UserAgent, s.Address), [])))
            .ToList();
        return branches.Count <= MaxBranches ? branches : [.. branches.Take(MaxBranches), new Branch("and more", [])];
    }

    private async Task<IReadOnlyList<Branch>> UsersAsync(IQueryable<TokenFamily> families, CancellationToken cancellationToken)
    {
        var held = await (
            from f in families.OrderBy(f => f.Status).Take(Looked).Select(f => new { f.UserId, f.ClientId }).Distinct()
            join u in db.Users on f.UserId equals u.Id
            join c in db.Clients on f.ClientId equals c.Id
            orderby u.Email, c.ClientId
            select new { User = u.Email ?? u.UserName, Client = c.ClientName ?? c.ClientId }).Take(MaxFamilies).ToListAsync(cancellationToken);
        var users = held.GroupBy(f => f.User, StringComparer.Ordinal).Select(group => new Branch(group.Key ?? "", Leaves(group.Select(f => f.Client)))).ToList();
        return users.Count <= MaxBranches ? users : [.. users.Take(MaxBranches), new Branch("and more", [])];
    }

    private static string Name(Guid? sid, string? userAgent, string? address) =>
        sid is null ? "Devices, without a session" : $"{UserAgents.Describe(userAgent)}{(address is null ? "" : $", {address}")}";

    private static IReadOnlyList<string> Leaves(IEnumerable<string> clients) =>
        [.. clients.GroupBy(name => name, StringComparer.Ordinal).Select(same => same.Count() == 1 ? same.Key : $"{same.Key} ({same.Count()} times)")];
}

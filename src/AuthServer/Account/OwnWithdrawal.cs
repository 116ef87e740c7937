using AuthServer.Grants.Revocation;

namespace AuthServer.Account;

/// <summary>What a user takes back of their own.</summary>
/// <param name="Target">What falls.</param>
/// <param name="Cause">Why, for the ledger.</param>
internal sealed record OwnWithdrawal(RevocationTarget Target, RevocationCause Cause)
{
    /// <summary>This very browser is signed out by it.</summary>
    public bool EndsHere(SessionState me) => Target switch
    {
        RevocationTarget.Session session => session.SessionId == me.Session.Id,
        RevocationTarget.UserSessions user => user.KeptSessionId is null,
        _ => false,
    };

    /// <summary>Null for words that name nothing. Whose it is has not been asked yet.</summary>
    public static OwnWithdrawal? Of(string? kind, Guid id, string? scope, SessionState me) => kind switch
    {
        "session" => new(new RevocationTarget.Session(id), RevocationCause.DeviceSignOut),
        "others" => new(new RevocationTarget.UserSessions(me.User.Id, me.Session.Id), RevocationCause.SignOutEverywhere),
        "everywhere" => new(new RevocationTarget.UserSessions(me.User.Id, KeptSessionId: null), RevocationCause.SignOutEverywhere),
        "grant" => new(new RevocationTarget.Grant(id), RevocationCause.GrantRemoved),
        "device" => new(new RevocationTarget.Family(id), RevocationCause.FamilyRemoved),
        "scope" when !string.IsNullOrEmpty(scope) => new(new RevocationTarget.GrantScope(id, scope), RevocationCause.ScopeRemoved),
        _ => null,
    };
}

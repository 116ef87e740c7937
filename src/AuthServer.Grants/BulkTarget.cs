using System.Diagnostics;
using System.Globalization;
using AuthServer.Grants.Revocation;

namespace AuthServer.Grants;

/// <summary>What can be withdrawn many at once, as a word: <c>session:…</c>, <c>grant:…</c>, <c>family:…</c>.</summary>
public static class BulkTarget
{
    public static string Write(RevocationTarget target) => target switch
    {
        RevocationTarget.Session => $"session:{target.Id}",
        RevocationTarget.Grant => $"grant:{target.Id}",
        RevocationTarget.Family => $"family:{target.Id}",
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };

    /// <summary>Null for anything else.</summary>
    public static RevocationTarget? TryRead(string? word)
    {
        var parts = word?.Split(':') ?? [];
        return parts.Length != 2 || !Guid.TryParse(parts[1], CultureInfo.InvariantCulture, out var id) ? null : parts[0] switch
        {
            "session" => new RevocationTarget.Session(id),
            "grant" => new RevocationTarget.Grant(id),
            "family" => new RevocationTarget.Family(id),
            _ => null,
        };
    }

    internal static (RevocationTarget Target, RevocationCause Cause) Read(string word) => TryRead(word) switch
    {
        RevocationTarget.Session session => (session, RevocationCause.DeviceSignOut),
        RevocationTarget.Grant grant => (grant, RevocationCause.GrantRemoved),
        RevocationTarget.Family family => (family, RevocationCause.FamilyRemoved),
        _ => throw new UnreachableException(),
    };
}

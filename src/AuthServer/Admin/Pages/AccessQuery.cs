using AuthServer.Grants;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Admin.Pages;

/// <summary>The filter of what is alive, as an address carries it.</summary>
internal sealed class AccessQuery
{
    [FromQuery(Name = "view")]
    public string? View { get; set; }

    /// <summary>An id, or a whole e-mail address.</summary>
    [FromQuery(Name = "user")]
    public string? User { get; set; }

    /// <summary>An id, or a <c>client_id</c>.</summary>
    [FromQuery(Name = "client")]
    public string? Client { get; set; }

    [FromQuery(Name = "scope")]
    public string? Scope { get; set; }

    /// <summary>Begun more than so many hours ago.</summary>
    [FromQuery(Name = "age")]
    public int? Age { get; set; }

    /// <summary>Not used for so many hours.</summary>
    [FromQuery(Name = "idle")]
    public int? Idle { get; set; }

    [FromQuery(Name = "sort")]
    public string? Sort { get; set; }

    public string ViewName => View is AccessFilter.Grants or AccessFilter.Families ? View : AccessFilter.Sessions;

    /// <summary>What a target of this view is called in a bulk withdrawal.</summary>
    public string TargetKind => ViewName switch { AccessFilter.Grants => "grant", AccessFilter.Families => "family", _ => "session" };

    public async Task<AccessFilter> ReadAsync(AuthServerDbContext db, DateTime now, CancellationToken cancellationToken) => new(
        ViewName,
        await Names.FindUserAsync(db, User, cancellationToken),
        await Names.FindClientAsync(db, Client, cancellationToken),
        Scope?.Trim(),
        Before(now, Age),
        Before(now, Idle),
        Sort);

    private static DateTime? Before(DateTime now, int? hours) => hours is > 0 and < 100_000 ? now.AddHours(-hours.Value) : null;
}

using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Tests.Fixtures;

/// <summary>Where a browser ended: at a client, with an answer for it; or, without <paramref name="Uri"/>, on a page of ours.</summary>
/// <param name="Uri">The client's address as it was called, without what was added to it where it is a form.</param>
/// <param name="Parameters">The answer.</param>
/// <param name="Page">What was seen last.</param>
/// <param name="SignedIn">A password was asked for on the way.</param>
/// <param name="Consented">Consent was asked for on the way.</param>
public sealed record Arrival(string? Uri, IReadOnlyDictionary<string, string> Parameters, Page Page, bool SignedIn, bool Consented)
{
    public string? Code => this["code"];

    public string? Error => this["error"];

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    public static Arrival At(string location, Page page, bool signedIn, bool consented)
    {
        var query = QueryHelpers.ParseQuery(new System.Uri(location).Query);
        return new(location, query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal), page, signedIn, consented);
    }

    /// <summary>Nobody but the person heard of it: a page of ours, and no way to an address that nobody registered.</summary>
    public void ShouldBeToldToThePerson()
    {
        Assert.Null(Uri);
        Assert.Equal((HttpStatusCode.BadRequest, "This request cannot be answered"), (Page.Status, Page.Heading));
    }
}

using System.Text.Json.Serialization;

namespace AuthServer.Admin;

/// <summary>What is to be previewed or withdrawn.</summary>
/// <param name="Kind">One of the words that <see cref="Targets"/> knows.</param>
/// <param name="Id">The row.</param>
/// <param name="Scope">The scope to take, where that is what is asked.</param>
/// <param name="KeptSession">The one session of the user that goes on.</param>
/// <param name="Stamp">Of the preview; without it nothing is compared.</param>
/// <param name="Reason">Why, for the ledger.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RevocationRequest(
    string Kind,
    Guid Id,
    string? Scope = null,
    [property: JsonPropertyName("kept_session")] Guid? KeptSession = null,
    string? Stamp = null,
    string? Reason = null);

using AuthServer.Grants.Revocation;

namespace AuthServer.Admin;

/// <summary>What would fall.</summary>
/// <param name="Counts">By kind; one more than <paramref name="CountLimit"/> reads "more than".</param>
/// <param name="CountLimit">Where counting stops.</param>
/// <param name="ClientsTold">Names of the clients that would be told.</param>
/// <param name="Stamp">Send it with the revocation: it is refused once this is no longer true.</param>
/// <param name="JwtAcceptedUntil">Until then an API that only checks signatures would still accept a token.</param>
internal sealed record PreviewAnswer(
    RevocationCounts Counts, int CountLimit, IReadOnlyList<string> ClientsTold, string Stamp, DateTime JwtAcceptedUntil)
{
    public static PreviewAnswer Of(RevocationPreview preview, DateTime jwtAcceptedUntil) =>
        new(preview.Counts, RevocationReceipt.CountLimit, preview.Clients, preview.Stamp, jwtAcceptedUntil);
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Lets the <c>jti</c> of a client assertion (RFC 7523 §3) or of a DPoP proof (RFC 9449 §11.1), a code of an authenticator app (RFC 6238 §5.2), or the way back
/// from a sign-in pass once, whatever the number of nodes.
/// </summary>
public sealed class SingleUse(Writes writes)
{
    /// <summary>Writes the use down. False: it was used before, and nothing is written.</summary>
    /// <param name="kind">What it is, so that one kind cannot use up another's.</param>
    /// <param name="sender">Who made it unique.</param>
    /// <param name="jti">As it was sent.</param>
    /// <param name="expiresAt">From here on it is refused by its age.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<bool> TryUseAsync(string kind, string sender, string jti, DateTime expiresAt, CancellationToken cancellationToken)
    {
        // Kind and sender are ours and have no line break, so no two triples read alike.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{sender}\n{jti}"));
        return await writes.RunAsync(
            (db, token) => db.Database.ExecuteSqlAsync(
                $"""INSERT INTO "UsedOnce" ("Digest", "ExpiresAt") VALUES ({digest}, {expiresAt}) ON CONFLICT DO NOTHING""", token),
            cancellationToken) == 1;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Gives a client a new secret; where the old one has leaked, what was had with it falls in the same transaction.</summary>
internal sealed class ClientSecretRotation(Writes writes, RevocationCascade cascade, IPasswordHasher<Client> hasher, AuditLog audit)
{
    private const int SecretLength = 32;

    /// <summary>
    /// The new secret, hashed before the unit; null where somebody else rotated it meanwhile, or changed what falls with it (by the stamp of its
    /// preview): nothing is written then.
    /// </summary>
    public async Task<(string Secret, RevocationReceipt Receipt)?> RotateAsync(
        Client client, bool leaked, RevocationActor actor, string? stamp, CancellationToken cancellationToken)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
        var (before, after) = (client.ClientSecretHash, hasher.HashPassword(client, secret));
        var target = new RevocationTarget.ClientTokens(client.Id);
        try
        {
            var receipt = await writes.RunAsync(
                async (db, token) =>
                {
                    var rotated = await db.Clients.Where(c => c.Id == client.Id && c.ClientSecretHash == before)
                        .ExecuteUpdateAsync(set => set.SetProperty(c => c.ClientSecretHash, after), token);
                    return rotated == 0 ? null
                        : !leaked ? RevocationReceipt.Nothing
                        : stamp is null ? await cascade.RevokeAsync(db, target, RevocationCause.SecretLeaked, actor, token)
                        : await cascade.RevokePreviewedAsync(db, target, stamp, RevocationCause.SecretLeaked, actor, token);
                },
                cancellationToken);
            if (receipt is null)
            {
                return null;
            }

            audit.SecretRotated(client.Id, leaked, actor.Id, actor.Address);
            return (secret, receipt);
        }
        catch (OvertakenException)
        {
            return null;
        }
    }
}

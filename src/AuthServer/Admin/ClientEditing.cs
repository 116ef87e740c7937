using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Registers clients, and changes what they are registered with. A scope that is taken away goes through the cascade, in the same transaction.</summary>
internal sealed class ClientEditing(
    AuthServerDbContext db, Writes writes, RevocationCascade cascade, IPasswordHasher<Client> hasher, AuditLog audit, TimeProvider time)
{
    private const int SecretLength = 32;

    private static readonly MetadataProblem Taken = new("client_id", "is taken by another client");
    private static readonly MetadataProblem Changed = new("", "Somebody changed this client since you opened it. Nothing was done; look again.");

    /// <summary>Tells a client that was changed from what was read.</summary>
    public static string Version(Client client) =>
        Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(ClientForm.Of(client))));

    /// <summary>The new row and its secret, if it has one; or why not.</summary>
    public async Task<(Guid Id, string? Secret, IReadOnlyList<MetadataProblem> Problems)> CreateAsync(
        ClientMetadata metadata, RevocationActor actor, CancellationToken cancellationToken)
    {
        var problems = await ProblemsAsync(metadata, cancellationToken);
        if (problems.Count > 0)
        {
            return (Guid.Empty, null, problems);
        }

        var now = time.GetUtcNow();
        var client = metadata.NewClient(Guid.CreateVersion7(now), now.UtcDateTime);
        var secret = metadata.HasSecret ? NewSecret() : null;
        client.ClientSecretHash = secret is null ? null : hasher.HashPassword(client, secret);
        try
        {
            await writes.RunAsync(
                async (unit, token) =>
                {
                    unit.Clients.Add(client);
                    await unit.SaveChangesAsync(token);
                },
                cancellationToken);
        }
        catch (DbUpdateException)
        {
            return (Guid.Empty, null, [Taken]);
        }

        audit.ClientRegistered(client.Id, actor.Id, actor.Address);
        return (client.Id, secret, []);
    }

    /// <summary>The secret, where the client needs one now and had none; or why it cannot be.</summary>
    /// <param name="read">The client as it was read.</param>
    /// <param name="version">Of the client that the form was made from.</param>
    /// <param name="metadata">What it is to be registered with.</param>
    /// <param name="actor">Who does it, and takes scopes away, if any are taken.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<(string? Secret, IReadOnlyList<MetadataProblem> Problems)> ChangeAsync(
        Client read, string? version, ClientMetadata metadata, RevocationActor actor, CancellationToken cancellationToken)
    {
        var problems = await ProblemsAsync(metadata, cancellationToken);
        if (problems.Count > 0)
        {
            return (null, problems);
        }

        var secret = metadata.HasSecret && read.ClientSecretHash is null ? NewSecret() : null;
        var hash = secret is null ? null : hasher.HashPassword(read, secret);
        var changed = await writes.RunAsync(
            async (unit, token) =>
            {
                await ClientLock.TakeAsync(unit, read.Id, token);
                if (await unit.Clients.AsTracking().FirstOrDefaultAsync(c => c.Id == read.Id, token) is not { } row || Version(row) != version)
                {
                    return false;
                }

                foreach (var scope in ScopeText.Split(row.Scope).Except(ScopeText.Split(metadata.Scope), StringComparer.Ordinal))
                {
                    await cascade.RevokeAsync(unit, new RevocationTarget.ClientScope(row.Id, scope), RevocationCause.ScopeRemoved, actor, token);
                }

                var next = metadata.NewClient(row.Id, row.CreatedAt);
                next.ClientSecretHash = metadata.HasSecret ? row.ClientSecretHash ?? hash : null;

                // Whether it is disabled, and its epoch, are not written after the first save.
                unit.Entry(row).CurrentValues.SetValues(next);
                await unit.SaveChangesAsync(token);
                return true;
            },
            cancellationToken);
        if (!changed)
        {
            return (null, [Changed]);
        }

        audit.ClientChanged(read.Id, actor.Id, actor.Address);
        return (secret, []);
    }

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));

    private async Task<IReadOnlyList<MetadataProblem>> ProblemsAsync(ClientMetadata metadata, CancellationToken cancellationToken)
    {
        var scopes = await db.Scopes.Select(s => s.Name).ToListAsync(cancellationToken);
        return [.. ClientMetadataValidator.Problems(metadata, scopes.ToHashSet(StringComparer.Ordinal))];
    }
}

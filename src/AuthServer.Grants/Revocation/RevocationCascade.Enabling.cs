using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants.Revocation;

/// <content>Lets a user or client in again. It revives nothing: the epoch stays where the withdrawal put it.</content>
public sealed partial class RevocationCascade
{
    /// <summary>Lets the user sign in anew. False: the user is not disabled, or not there.</summary>
    public Task<bool> EnableUserAsync(Guid userId, CancellationToken cancellationToken)
    {
        // As with every step of a user: a save of what was read before fails its concurrency check.
        var stamp = RandomNumberGenerator.GetHexString(32);
        return writes.RunAsync(
            async (db, token) => await db.Users.Where(u => u.Id == userId && u.Disabled).ExecuteUpdateAsync(
                set => set.SetProperty(u => u.Disabled, false).SetProperty(u => u.ConcurrencyStamp, stamp), token) == 1,
            cancellationToken);
    }

    /// <summary>Lets the client ask for tokens anew. False: the client is not disabled, or not there.</summary>
    public Task<bool> EnableClientAsync(Guid clientId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) => await db.Clients.Where(c => c.Id == clientId && c.Disabled).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Disabled, false), token) == 1,
        cancellationToken);
}

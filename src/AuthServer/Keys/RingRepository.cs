using System.Xml.Linq;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Keys;

/// <summary>The Data Protection ring, in the database. Elements are only ever added: an expired key still unseals what it sealed.</summary>
internal sealed class RingRepository(IDbContextFactory<AuthServerDbContext> contexts, Writes writes) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = contexts.CreateDbContext();
        return [.. db.DataProtectionKeys.AsNoTracking().Select(key => key.Xml).AsEnumerable().Select(XElement.Parse)];
    }

    // The interface is synchronous. Whoever seals or unseals is never inside a unit (Writes), so the wait ends.
    public void StoreElement(XElement element, string friendlyName) => Task.Run(() => writes.RunAsync(
        async (db, cancellationToken) =>
        {
            db.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
            await db.SaveChangesAsync(cancellationToken);
        },
        CancellationToken.None)).GetAwaiter().GetResult();
}

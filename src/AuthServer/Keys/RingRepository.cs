using System.Xml.Linq;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Keys;

/// <summary>The Data Protection ring, in the database. Elements are only ever added: an expired key still unseals what it sealed.</summary>
internal sealed class RingRepository(PlainReader reader, Writes writes) : IXmlRepository
{
    private volatile HashSet<string> _read = [];

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var rows = reader.Read("""SELECT "FriendlyName", "Xml" FROM "DataProtectionKeys" """, row => new DataProtectionKey { FriendlyName = row.GetString(0), Xml = row.GetString(1) });
        _read = rows.Select(row => row.FriendlyName).ToHashSet(StringComparer.Ordinal);
        return [.. rows.Select(row => XElement.Parse(row.Xml))];
    }

    // The interface is synchronous. Whoever seals or unseals is never inside a unit (Writes), so the wait ends.
    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => writes.RunAsync((db, token) => AddAsync(db, element, friendlyName, token), CancellationToken.None)).GetAwaiter().GetResult();

    private async Task AddAsync(AuthServerDbContext db, XElement element, string friendlyName, CancellationToken cancellationToken)
    {
        // Of several nodes that find no key to seal with, one makes it. The others keep theirs back: the framework reads the ring again after it
        // has stored a key, and so finds the first one's. With a key each, a node would take what the other sealed for forged.
        await InstallationLock.TakeAsync(db, cancellationToken);
        var present = await db.DataProtectionKeys.Select(row => row.FriendlyName).ToListAsync(cancellationToken);
        if (element.Name == "key" && present.Exists(name => !_read.Contains(name)))
        {
            return;
        }

        db.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        await db.SaveChangesAsync(cancellationToken);
    }
}

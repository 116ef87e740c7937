using AuthServer.Database;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Fixtures;

/// <summary>Makes many rows of one, in the database itself.</summary>
public static class Copies
{
    /// <summary>Adds <paramref name="count"/> families that differ from <paramref name="family"/> in nothing but the key.</summary>
    public static Task CopyFamilyAsync(this TestStorage storage, TokenFamily family, int count) => storage.Writes.RunAsync(
        async (db, token) =>
        {
            var columns = string.Join(", ", db.Model.FindEntityType(typeof(TokenFamily))!.GetProperties()
                .Where(property => !property.IsPrimaryKey()).Select(property => $"\"{property.GetColumnName()}\""));
            var sqlite = db.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal);
            var (id, series) = sqlite
                ? ("randomblob(16)", $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)")
                : ("gen_random_uuid()", $"generate_series(1, {count})");
            object key = sqlite ? family.Id.ToByteArray(bigEndian: true) : family.Id;
#pragma warning disable EF1002 // Names of columns and a number; nothing comes from outside.
            await db.Database.ExecuteSqlRawAsync(
                $"INSERT INTO \"TokenFamilies\" (\"Id\", {columns}) SELECT {id}, {columns} FROM \"TokenFamilies\", {series} AS series WHERE \"Id\" = {{0}}",
                [key],
                token);
#pragma warning restore EF1002
        },
        CancellationToken.None);
}

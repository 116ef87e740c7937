using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Database;

/// <summary>The generated migrations of a provider.</summary>
internal static class KnownMigrations
{
    /// <summary>Where they are.</summary>
    public static string Assembly(DatabaseProvider provider) => $"AuthServer.Migrations.{provider}";

    /// <summary>Their ids, as EF finds them, without EF.</summary>
    public static HashSet<string> Ids(DatabaseProvider provider) =>
        [.. System.Reflection.Assembly.Load(Assembly(provider)).GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>()];
}

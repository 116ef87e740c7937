using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuthServer.Database;

/// <summary>The section <c>Database</c> of the configuration.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>Sqlite</c> (a file, one process) or <c>PostgreSql</c> (any number of processes). Default: <c>Sqlite</c>.</summary>
    [EnumDataType(typeof(DatabaseProvider))]
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>The ADO.NET connection string. May hold a password: secret. Default: <c>Data Source=authserver.db</c>, in the working directory.</summary>
    [Required]
    public string ConnectionString { get; set; } = "Data Source=authserver.db";
}

/// <summary>Where rows live.</summary>
public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>The ranges of <see cref="DatabaseOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;

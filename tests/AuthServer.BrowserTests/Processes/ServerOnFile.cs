using Microsoft.Data.Sqlite;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A server on a SQLite file that a test has its hands on.</summary>
internal sealed class ServerOnFile : KillableServer
{
    public string File => Path.Combine(WorkingDirectory, "authserver.db");

    // A locked file is waited for, so long. Nothing in these tests is locked by chance.
    protected override string Database => "Data Source=authserver.db;Default Timeout=1";

    // A write that is too long for its limit shall fail, not end the process. And root shall have to keep to the mode of its own file.
    protected override string[] Launcher { get; } =
        [.. Environment.IsPrivilegedProcess ? new[] { "setpriv", "--bounding-set=-dac_override" } : [], "env", "--ignore-signal=XFSZ", "dotnet"];

    public static new async Task<ServerOnFile> StartNewAsync()
    {
        var server = new ServerOnFile();
        await server.BeginAsync();
        return server;
    }

    /// <summary>Another process's connection to the file.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    public void Execute(string sql)
    {
        using var connection = Open();
        Execute(connection, sql);
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>As <c>sqlite3 authserver.db ".backup copy"</c> does, while the server is running.</summary>
    public void BackUp(string copy)
    {
        using var from = Open();
        using var to = new SqliteConnection($"Data Source={copy};Pooling=False");
        to.Open();
        from.BackupDatabase(to);
    }

    /// <summary>Puts it in the place of the file, as operations.md says: without what was written behind the old one.</summary>
    public void PutBack(string copy)
    {
        System.IO.File.Copy(copy, File, overwrite: true);
        System.IO.File.Delete(File + "-wal");
        System.IO.File.Delete(File + "-shm");
    }
}

using System.Globalization;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A server whose SQLite file is on a volume of some megabytes. The volume is the process's own, and goes with it.</summary>
internal sealed class ServerOnVolume : KillableServer
{
    private const string Volume = "volume";

    // As an ordinary user it is made in a user namespace, where the system allows that.
    protected override string[] Launcher { get; } =
    [
        "unshare", .. Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--map-root-user"], "--mount", "--", "sh", "-c",
        $"mkdir -p {Volume} && mount -t tmpfs -o size=8m,mode=700 tmpfs {Volume} || {{ echo 'No volume can be mounted here: neither as root nor in a user namespace.' >&2; exit 1; }}; exec \"$@\"",
        "sh", "dotnet",
    ];

    protected override string Database => $"Data Source={Volume}/authserver.db;Default Timeout=1";

    // Seen through the process, for only it sees its volume.
    private string Ballast => $"/proc/{ProcessId.ToString(CultureInfo.InvariantCulture)}/root{Path.Combine(WorkingDirectory, Volume, "ballast")}";

    public static new async Task<ServerOnVolume> StartNewAsync()
    {
        var server = new ServerOnVolume();
        await server.BeginAsync();
        return server;
    }

    /// <summary>Somebody else's file takes all that is left, to the last byte.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        foreach (var size in new[] { 65_536, 4_096, 1 })
        {
            try
            {
                while (true)
                {
                    ballast.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // So much does not fit any more.
            }
        }
    }

    public void Free() => File.Delete(Ballast);
}

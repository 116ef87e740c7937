using System.Net;
using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A server of one test's own, to be killed: Development, with people and a client that is told of logouts.</summary>
public class KillableServer : ServerProcess
{
    public const string ClientId = "told";
    public const string Secret = "the-client-keeps-this-secret";

    /// <summary>A client that people are asked about.</summary>
    public const string AskedClientId = "asked";

    // Nothing listens there; codes are read from the redirect.
    public const string RedirectUri = "http://127.0.0.1:9/cb";

    private const string Password = "correct horse battery staple";
    private const int Residents = 8;

    private readonly bool owner;

    /// <param name="receiver">Somebody else's, who takes it away. Default: its own.</param>
    internal KillableServer(LogoutReceiver? receiver = null) => (Receiver, owner) = (receiver ?? new LogoutReceiver(), receiver is null);

    internal LogoutReceiver Receiver { get; }

    protected override string EnvironmentName => "Development";

    /// <summary>Where its database is, as SQLite's connection string.</summary>
    protected virtual string Database => "Data Source=authserver.db";

    public static Person Resident(int number) => new($"resident{number}@example.com", Password, $"Resident {number}");

    public static async Task<KillableServer> StartNewAsync()
    {
        var server = new KillableServer();
        await server.BeginAsync();
        return server;
    }

    /// <summary>What it says of itself: 200 or 503.</summary>
    public async Task<HttpStatusCode> HealthAsync(string what)
    {
        using var answer = await Http.GetAsync(new Uri($"/healthz/{what}", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (owner)
        {
            await Receiver.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task BeginAsync()
    {
        try
        {
            await Receiver.OpenAsync();
            await InitializeAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    protected override async Task ConfigureAsync(IDictionary<string, string?> environment)
    {
        var import = Path.Combine(WorkingDirectory, "import.json");
        var people = Enumerable.Range(1, Residents).Select(Resident)
            .Select(person => $$"""{ "email": "{{person.Email}}", "password": "{{person.Password}}", "name": "{{person.Name}}" }""");
        await File.WriteAllTextAsync(import, $$"""
            {
              "clients": [{
                "client_id": "{{ClientId}}", "client_secret": "{{Secret}}", "client_name": "Told", "consent": "implicit",
                "grant_types": ["authorization_code", "refresh_token"], "scope": "openid", "redirect_uris": ["{{RedirectUri}}"],
                "backchannel_logout_uri": "{{Receiver.Address}}", "backchannel_logout_session_required": true
              }, {
                "client_id": "{{AskedClientId}}", "client_secret": "{{Secret}}", "client_name": "Asked", "consent": "explicit",
                "grant_types": ["authorization_code", "refresh_token"], "scope": "openid", "redirect_uris": ["{{RedirectUri}}"]
              }],
              "users": [{{string.Join(", ", people)}}]
            }
            """);
        environment["AuthServer__Import"] = import;
        environment["Database__ConnectionString"] = Database;

        // An answer that was lost is asked for again within it, also where the machine is busy.
        environment["AuthServer__Lifetimes__RefreshLeeway"] = "00:05:00";
    }
}

using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A server of one test's own, to be killed: Development, with people and a client that is told of logouts.</summary>
public sealed class KillableServer : ServerProcess
{
    public const string ClientId = "told";
    public const string Secret = "the-client-keeps-this-secret";

    // Nothing listens there; codes are read from the redirect.
    public const string RedirectUri = "http://127.0.0.1:9/cb";

    private const string Password = "correct horse battery staple";
    private const int Residents = 8;

    internal LogoutReceiver Receiver { get; } = new();

    protected override string EnvironmentName => "Development";

    public static Person Resident(int number) => new($"resident{number}@example.com", Password, $"Resident {number}");

    public static async Task<KillableServer> StartNewAsync()
    {
        var server = new KillableServer();
        try
        {
            await server.Receiver.OpenAsync();
            await server.InitializeAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
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
              }],
              "users": [{{string.Join(", ", people)}}]
            }
            """);
        environment["AuthServer__Import"] = import;
    }
}

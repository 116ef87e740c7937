using System.Text.Json;

namespace AuthServer.Benchmarks.Load;

/// <summary>The clients and people that a run needs, as an operator would import them.</summary>
internal static class ImportFile
{
    public const string Password = "a password for benchmarks";

    public const string User = "user@benchmark.example";

    public const string Operator = "operator@benchmark.example";

    public static async Task WriteAsync(string path)
    {
        var import = new
        {
            scopes = new[] { new { name = "orders.read", description = "Read your orders", resources = new[] { "https://orders.example" } } },
            clients = new object[] { Web(BenchmarkClient.Es256, "ES256"), Web(BenchmarkClient.Rs256, "RS256"), Machine },
            users = new[]
            {
                new { email = User, password = Password, name = "A user", roles = Array.Empty<string>() },
                new { email = Operator, password = Password, name = "An operator", roles = new[] { "admin" } },
            },
        };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(import));
    }

    private static object Machine => new
    {
        client_id = BenchmarkClient.Machine.ClientId,
        client_secret = BenchmarkClient.Machine.Secret,
        grant_types = new[] { "client_credentials" },
        scope = "orders.read",
    };

    private static object Web(BenchmarkClient client, string algorithm) => new
    {
        client_id = client.ClientId,
        client_secret = client.Secret,
        grant_types = new[] { "authorization_code", "refresh_token" },
        redirect_uris = new[] { BenchmarkClient.RedirectUri },
        scope = "openid profile email",
        consent = "implicit",
        id_token_signed_response_alg = algorithm,
    };
}

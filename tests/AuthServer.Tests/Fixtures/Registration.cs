using System.Text.Json;

namespace AuthServer.Tests.Fixtures;

/// <summary>What a client of <c>import.json</c> is registered with.</summary>
public sealed record Registration(string ClientId, string? Secret, string Method, string RedirectUri, string? PostLogoutRedirectUri, string Scope)
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "import.json");

    public static Registration Of(string clientId)
    {
        using var file = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
        var client = file.RootElement.GetProperty("clients").EnumerateArray().Single(c => c.GetProperty("client_id").GetString() == clientId);
        return new(
            clientId,
            Text(client, "client_secret"),
            Text(client, "token_endpoint_auth_method") ?? "client_secret_basic",
            First(client, "redirect_uris") ?? "",
            First(client, "post_logout_redirect_uris"),
            Text(client, "scope") ?? "");
    }

    private static string? Text(JsonElement client, string member) => client.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static string? First(JsonElement client, string member) =>
        client.TryGetProperty(member, out var values) ? values[0].GetString() : null;
}

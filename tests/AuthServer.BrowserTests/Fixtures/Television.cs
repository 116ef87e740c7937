using System.Net.Http.Json;
using System.Text.Json;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>The demonstration's device: shows a code and polls (RFC 8628).</summary>
internal sealed class Television(string server) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(server) };

    private string deviceCode = "";
    private string refreshToken = "";

    public string UserCode { get; private set; } = "";

    /// <summary>The address in the QR code that it shows.</summary>
    public string CompleteAddress { get; private set; } = "";

    public async Task AskAsync()
    {
        var asked = await PostAsync("/connect/device", ("scope", "openid profile offline_access orders.read"));
        (deviceCode, UserCode) = (asked.GetProperty("device_code").GetString()!, asked.GetProperty("user_code").GetString()!);
        CompleteAddress = asked.GetProperty("verification_uri_complete").GetString()!;
    }

    /// <summary>An error, or <c>connected</c>.</summary>
    public async Task<string> PollAsync()
    {
        var answer = await PostAsync("/connect/token", ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", deviceCode));
        if (answer.TryGetProperty("error", out var error))
        {
            return error.GetString()!;
        }

        refreshToken = answer.GetProperty("refresh_token").GetString()!;
        return "connected";
    }

    /// <summary>An error, or <c>connected</c>.</summary>
    public async Task<string> RefreshAsync()
    {
        var answer = await PostAsync("/connect/token", ("grant_type", "refresh_token"), ("refresh_token", refreshToken));
        if (answer.TryGetProperty("error", out var error))
        {
            return error.GetString()!;
        }

        refreshToken = answer.GetProperty("refresh_token").GetString()!;
        return "connected";
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent([new("client_id", "demo-device"), .. form.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}

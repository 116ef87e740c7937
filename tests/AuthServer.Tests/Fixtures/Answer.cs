using System.Net;
using System.Text.Json;

namespace AuthServer.Tests.Fixtures;

/// <summary>What an endpoint answered to a client.</summary>
public sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Error => Member("error");

    public string AccessToken => Member("access_token") ?? throw new InvalidOperationException($"No token: {(int)Status} {Text}");

    public string RefreshToken => Member("refresh_token") ?? throw new InvalidOperationException($"No refresh token: {(int)Status} {Text}");

    public string IdToken => Member("id_token") ?? throw new InvalidOperationException($"No ID token: {(int)Status} {Text}");

    public string? Scope => Member("scope");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string? Member(string name) =>
        Text.StartsWith('{') && Json.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode,
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync(cancellationToken));

    public Answer ShouldBe(HttpStatusCode status, string error)
    {
        Assert.Equal((status, error), (Status, Error));
        Assert.Equal("application/json", Header("Content-Type"));
        Assert.Equal("no-store", Header("Cache-Control"));

        // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
        Assert.All(Member("error_description") ?? "", character => Assert.True(character is >= ' ' and <= '~' and not ('"' or '\\'), Text));
        return this;
    }

    public Answer ShouldBeInvalidGrant() => ShouldBe(HttpStatusCode.BadRequest, "invalid_grant");

    public Answer ShouldBeOk()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{(int)Status} {Text}");
        return this;
    }
}

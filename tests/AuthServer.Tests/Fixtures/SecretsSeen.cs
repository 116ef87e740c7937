using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Tests.Fixtures;

/// <summary>
/// Keeps whatever opens a door that passes between the tests and a server: passwords, secrets, codes, tokens, proofs, cookies. At the end of the
/// server's life nothing of it may have been logged.
/// </summary>
public sealed class SecretsSeen : DelegatingHandler
{
    // Shorter ones are words that somebody guesses with, and found by chance in any log.
    private const int Shortest = 12;

    private static readonly HashSet<string> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        "code", "code_verifier", "device_code", "token", "access_token", "refresh_token", "id_token", "id_token_hint", "client_secret", "client_assertion",
        "request_uri", "logout_token", "__RequestVerificationToken", "continue", "secret", "password", "link", "recoveryCode",
    };

    private readonly ConcurrentDictionary<string, bool> _secrets = new(StringComparer.Ordinal);

    /// <summary>Only what the server gave out counts: what is sent to it is made up, also as paths, which the framework's scope repeats.</summary>
    public bool OnlyIssued { get; set; }

    public int Count => _secrets.Count;

    /// <summary>One that does not pass through here.</summary>
    public void Add(string? secret)
    {
        if (secret is { Length: >= Shortest })
        {
            _secrets.TryAdd(secret, true);
            _secrets.TryAdd(Uri.EscapeDataString(secret), true);
        }
    }

    /// <summary>Fails where one was logged; says where, and never which.</summary>
    public void ShouldNotBeIn(LogCapture log)
    {
        if (!_secrets.IsEmpty)
        {
            var secrets = Search();
            var leaks = log.Lines.Where(line => !(OnlyIssued && line.IsScope) && line.Text.AsSpan().ContainsAny(secrets)).Select(line => $"{line.Level} {line.Category}: {line.Template}").Distinct(StringComparer.Ordinal);
            Assert.True(!leaks.Any(), $"Something secret was logged by:\n{string.Join('\n', leaks)}");
        }
    }

    /// <summary>Fails where one is in <paramref name="text"/>, and never says which.</summary>
    public void ShouldNotBeIn(string text) => Assert.False(text.AsSpan().ContainsAny(Search()), "Something secret is in there.");

    private SearchValues<string> Search() => SearchValues.Create([.. _secrets.Keys], StringComparison.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!OnlyIssued)
        {
            await AddSentAsync(request, cancellationToken);
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var lines) && SetCookieHeaderValue.TryParseList([.. lines], out var cookies))
        {
            foreach (var cookie in cookies)
            {
                Add(cookie.Value.ToString());
            }
        }

        AddQuery(response.Headers.NonValidated.TryGetValues("Location", out var location) ? location.ToString() : null);
        if (response.Content.Headers.ContentType?.MediaType is "application/json")
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            AddJson(await response.Content.ReadAsStringAsync(cancellationToken));
        }

        return response;
    }

    private async Task AddSentAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AddQuery(request.RequestUri?.OriginalString);
        foreach (var header in new[] { "Authorization", "DPoP" })
        {
            if (request.Headers.NonValidated.TryGetValues(header, out var values))
            {
                AddCredentials(values.ToString());
            }
        }

        if (request.Content is FormUrlEncodedContent form)
        {
            AddForm(await form.ReadAsStringAsync(cancellationToken));
        }
    }

    private static bool IsSecret(string field) => Fields.Contains(field) || field.Contains("Password", StringComparison.OrdinalIgnoreCase);

    private void AddQuery(string? address)
    {
        if (address?.IndexOf('?', StringComparison.Ordinal) is { } mark and >= 0)
        {
            AddForm(address[(mark + 1)..]);
        }
    }

    private void AddForm(string text)
    {
        foreach (var (name, values) in QueryHelpers.ParseQuery(text))
        {
            if (IsSecret(name))
            {
                values.ToList().ForEach(Add);
            }
        }
    }

    private void AddCredentials(string header)
    {
        var credentials = header[(header.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        Add(credentials);
        var decoded = new byte[credentials.Length];
        if (header.StartsWith("Basic ", StringComparison.Ordinal) && Convert.TryFromBase64String(credentials, decoded, out var length))
        {
            Add(Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [_, var secret] ? Uri.UnescapeDataString(secret) : null);
        }
    }

    private void AddJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in json.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String && IsSecret(m.Name)))
                {
                    Add(member.Value.GetString());
                }
            }
        }
        catch (JsonException)
        {
            // No token then, whatever it is; the test that asked for it sees.
        }
    }
}

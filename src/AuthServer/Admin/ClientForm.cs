using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Admin;

/// <summary>A client's metadata as typed into a form, and back: by way of the same JSON that an import file is written in.</summary>
internal static class ClientForm
{
    /// <summary>What the form shows of <paramref name="metadata"/>.</summary>
    public static Dictionary<string, StringValues> Of(ClientMetadata metadata)
    {
        var json = JsonSerializer.SerializeToNode(metadata)!.AsObject();
        return ClientFields.All.ToDictionary(field => field.Member, field => json[field.Member] switch
        {
            null => StringValues.Empty,
            JsonArray values => new StringValues([.. values.Select(value => value!.GetValue<string>())]),
            var value => new StringValues(value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()),
        }, StringComparer.Ordinal);
    }

    /// <summary>The metadata that was typed. Members that the form does not have are those of <paramref name="before"/>.</summary>
    public static ClientMetadata Read(IReadOnlyDictionary<string, StringValues> typed, ClientMetadata before)
    {
        var json = JsonSerializer.SerializeToNode(before)!.AsObject();
        foreach (var field in ClientFields.All)
        {
            var values = typed.TryGetValue(field.Member, out var found) ? found : StringValues.Empty;
            var text = values.ToString().Trim();
            json.Remove(field.Member);
            JsonNode? value = field.Kind switch
            {
                ClientFieldKind.Flag => text == "true",
                ClientFieldKind.OptionalFlag => text.Length == 0 ? null : text == "true",
                ClientFieldKind.Lines => Array(values.SelectMany(lines => (lines ?? "").Split('\n'))),
                ClientFieldKind.Choices => Array(values),
                ClientFieldKind.Json => text.Length == 0 ? null : Parse(text),
                _ => text.Length == 0 ? null : text,
            };
            if (value is not null)
            {
                json[field.Member] = value;
            }
        }

        return json.Deserialize<ClientMetadata>()!;
    }

    /// <summary>The metadata of a stored client; its secret is not among it.</summary>
    public static ClientMetadata Of(Client client) => new()
    {
        ClientId = client.ClientId,
        ClientName = client.ClientName,
        ClientUri = client.ClientUri,
        LogoUri = client.LogoUri,
        TosUri = client.TosUri,
        PolicyUri = client.PolicyUri,
        TokenEndpointAuthMethod = client.TokenEndpointAuthMethod,
        TokenEndpointAuthSigningAlg = client.TokenEndpointAuthSigningAlg,
        Jwks = client.Jwks is { } jwks ? JsonDocument.Parse(jwks).RootElement : null,
        JwksUri = client.JwksUri,
        DpopBoundAccessTokens = client.DpopBoundAccessTokens,
        RequirePushedAuthorizationRequests = client.RequirePushedAuthorizationRequests,
        GrantTypes = [.. client.GrantTypes],
        RedirectUris = [.. client.RedirectUris],
        PostLogoutRedirectUris = [.. client.PostLogoutRedirectUris],
        BackchannelLogoutUri = client.BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = client.BackchannelLogoutSessionRequired,
        FrontchannelLogoutUri = client.FrontchannelLogoutUri,
        FrontchannelLogoutSessionRequired = client.FrontchannelLogoutSessionRequired,
        Scope = client.Scope,
        ApplicationType = client.ApplicationType,
        AccessTokenFormat = client.AccessTokenFormat,
        AccessTokenSignedResponseAlg = client.AccessTokenSignedResponseAlg,
        IdTokenSignedResponseAlg = client.IdTokenSignedResponseAlg,
        OfflineAccessSurvivesLogout = client.OfflineAccessSurvivesLogout,
        RevokeFamilyWithAccessToken = client.RevokeFamilyWithAccessToken,
        Consent = client.Consent,
        Introspection = client.Introspection,
        IntrospectionResources = [.. client.IntrospectionResources],
    };

    // What is no JSON stays a text, and is told to be no key set.
    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static JsonArray Array(IEnumerable<string?> values) =>
        [.. values.Select(value => value?.Trim()).Where(value => !string.IsNullOrEmpty(value)).Select(value => JsonValue.Create(value))];
}

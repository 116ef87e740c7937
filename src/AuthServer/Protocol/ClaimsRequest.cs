using System.Text.Json;

namespace AuthServer.Protocol;

/// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5): single claims, asked for by name.</summary>
/// <param name="UserInfo">To be told at the userinfo endpoint.</param>
/// <param name="IdToken">To be told in the ID token.</param>
internal sealed record ClaimsRequest(IReadOnlyDictionary<string, RequestedClaim> UserInfo, IReadOnlyDictionary<string, RequestedClaim> IdToken)
{
    /// <summary>Characters.</summary>
    public const int MaxLength = 4096;

    // userinfo → claim → value → what an address consists of.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 6, AllowDuplicateProperties = false };

    /// <summary>The claims asked for, each once.</summary>
    public IEnumerable<string> Names => UserInfo.Keys.Union(IdToken.Keys, StringComparer.Ordinal);

    /// <summary>The users that may answer, by <c>sub</c>; empty: anybody.</summary>
    public IEnumerable<string> Subjects =>
        new[] { UserInfo, IdToken }.SelectMany(claims => claims.GetValueOrDefault("sub")?.Values ?? []);

    /// <summary>Null for what is not as §5.5 has it. Members that are not known are ignored, as it says.</summary>
    public static ClaimsRequest? Parse(string json)
    {
        if (json.Length > MaxLength)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && Read(document.RootElement, "userinfo") is { } userInfo
                && Read(document.RootElement, "id_token") is { } idToken
                    ? new ClaimsRequest(userInfo, idToken)
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair is escaped.
            return null;
        }
    }

    /// <summary>What a family keeps of it: the names that <paramref name="kept"/> holds true for; null where none is.</summary>
    public string? ToJson(Func<string, bool> kept)
    {
        var members = new Dictionary<string, Dictionary<string, object?>>(StringComparer.Ordinal)
        {
            ["userinfo"] = UserInfo.Keys.Where(kept).ToDictionary(name => name, _ => (object?)null, StringComparer.Ordinal),
            ["id_token"] = IdToken.Keys.Where(kept).ToDictionary(name => name, _ => (object?)null, StringComparer.Ordinal),
        };
        return members.Values.All(names => names.Count == 0) ? null : JsonSerializer.Serialize(members);
    }

    private static Dictionary<string, RequestedClaim>? Read(JsonElement root, string name)
    {
        var claims = new Dictionary<string, RequestedClaim>(StringComparer.Ordinal);
        if (!root.TryGetProperty(name, out var member))
        {
            return claims;
        }

        if (member.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var claim in member.EnumerateObject())
        {
            if (ReadClaim(claim.Value) is not { } read)
            {
                return null;
            }

            claims.Add(claim.Name, read);
        }

        return claims;
    }

    private static RequestedClaim? ReadClaim(JsonElement claim)
    {
        if (claim.ValueKind == JsonValueKind.Null)
        {
            return new RequestedClaim(Essential: false, []);
        }

        if (claim.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var essential = claim.TryGetProperty("essential", out var flag) ? flag.ValueKind : JsonValueKind.False;
        var values = new List<JsonElement>();
        if (claim.TryGetProperty("values", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            values.AddRange(list.EnumerateArray());
        }

        if (claim.TryGetProperty("value", out var single))
        {
            values.Add(single);
        }

        return essential is JsonValueKind.True or JsonValueKind.False
            ? new RequestedClaim(
                essential == JsonValueKind.True,
                [.. values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)])
            : null;
    }
}

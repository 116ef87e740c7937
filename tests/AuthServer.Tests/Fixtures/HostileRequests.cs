using System.Text;

namespace AuthServer.Tests.Fixtures;

/// <summary>Makes the same hostile requests of the same seed: each is like a valid one somewhere, and wrong somewhere else.</summary>
public sealed class HostileRequests(int seed, IReadOnlyList<MappedEndpoint> endpoints, IReadOnlyList<string> sealedValues, IReadOnlyList<(string Cookies, string FormToken)> doors)
{
    private static readonly string[] Methods = ["GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"];

    private static readonly string[] Names =
    [
        "client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age", "claims", "acr_values",
        "id_token_hint", "code_challenge", "code_challenge_method", "continue", "grant_type", "code", "code_verifier", "refresh_token", "token", "token_type_hint",
        "access_token", "post_logout_redirect_uri", "request", "request_uri", "resource", "audience", "device_code", "user_code", "client_assertion",
        "client_assertion_type", "dpop_jkt", "ReturnUrl", "Input.Email", "Input.Password", "Input.Code", "decision", "userId", "email", "handler", "provider",
        "remoteError", "receipt", "kind", "id", "page", "search", "sort", "Input.OldPassword", "Input.NewPassword", "Input.Name", "Input.RecoveryCode",
        "Input.NewEmail", "q", "user", "client", "actor", "correlation_id", "Reason", "Form.Name",
    ];

    private static readonly string[] Values =
    [
        "", "web", "spa", "code", "openid", "S256", "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "https://web.example/cb", "alice@example.com", "none", "-1", "99999999999999999999", "1e400",
        "%", "%zz", "%00", "\0", "%C0%AF", "%ED%A0%80", "%FF%FE", "%F0%9F%92%A5", "\u202e", "..%2f..%2fetc%2fpasswd", "' OR 1=1 --", "{{7*7}}<script>alert(1)</script>",
        "[]", "{}", "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[1,null,{}]}}}", "null", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "urn:ietf:params:oauth:request_uri:AAAA",
        "BCDF-GHJK", "0197a000-0000-7000-8000-000000000000", "%0d%0aSet-Cookie:%20x=y",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/json", "application/json",
        "multipart/form-data; boundary=x", "multipart/form-data", "text/xml", "application/x-www-form-urlencoded; charset=utf-7", "application/jwt", ";;;", "",
    ];

    private static readonly string[] Authorizations =
    [
        "Basic", "Basic ", "Basic %%%", "Basic OjpA", "Basic d2ViOndyb25n", "basic //79", "Bearer", "Bearer ", "Bearer a b c", "DPoP", "DPoP x", "Digest a=b", "Negotiate AAAA", ",,,",
    ];

    /// <summary>Each number makes a request of its own, whatever was made before.</summary>
    public HttpRequestMessage Number(int number, out string description)
    {
        // Repeatable on purpose: nothing secret is drawn.
        var random = new Random(seed + number);
        var endpoint = endpoints[number % endpoints.Count];
        var method = random.Next(4) == 0 ? Pick(random, Methods) : Pick(random, endpoint.Methods);

        // NUL in a path is refused by the server below, Kestrel; the test server cannot even send it.
        var address = Address(random, endpoint.Path) is var hostile && hostile.IndexOf('?', StringComparison.Ordinal) is var query and >= 0
            ? hostile[..query].Replace("%00", "%01", StringComparison.Ordinal) + hostile[query..]
            : hostile.Replace("%00", "%01", StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(method), address);

        // Half of them come through the door: with cookies and the form token that belongs to them, so that what lies behind is met.
        var door = random.Next(2) == 0 ? Pick(random, doors) : default;
        if (method is not ("GET" or "HEAD" or "TRACE"))
        {
            var body = Body(random, out var type);
            request.Content = new ByteArrayContent(
                door.FormToken is null ? body : [.. Encoding.ASCII.GetBytes($"__RequestVerificationToken={door.FormToken}&"), .. body]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        AddHeaders(random, request, door.Cookies);
        description = $"{method} {(address.Length > 300 ? address[..300] : address)} {string.Join(' ', request.Headers.NonValidated.Select(h => $"{h.Key}: {Short(h.Value.ToString())}"))} {request.Content?.Headers.ContentType}";
        return request;
    }

    private string Address(Random random, string path) => random.Next(20) switch
    {
        0 => path.TrimEnd('/') + "/x" + Escape(random, Value(random)),
        1 => path.ToUpperInvariant() + "?" + Pairs(random),
        2 => path.TrimEnd('/') + "/.//..%2f?" + Pairs(random),
        3 => path,
        _ => path.Replace("0197a000-0000-7000-8000-000000000000", random.Next(3) == 0 ? Escape(random, Value(random)) : "0197a000-0000-7000-8000-000000000001", StringComparison.Ordinal)
            + "?" + Pairs(random),
    };

    private byte[] Body(Random random, out string type)
    {
        type = Pick(random, ContentTypes);
        return random.Next(60) switch
        {
            0 => Encoding.ASCII.GetBytes("token=" + new string('A', 1_000_000)),
            1 => Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 10_000).Select(i => $"p{i}={i}"))),
            2 => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("[", 20_000))),
            3 => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 20_000))),
            4 => [0xff, 0xfe, 0x00, 0xc0, 0xaf, 0xed, 0xa0, 0x80, .. Encoding.ASCII.GetBytes(Pairs(random))],
            5 => [],
            6 => Encoding.ASCII.GetBytes(new string('n', 100_000) + "=x"),
            7 => RandomBytes(random, 2_000),
            < 20 when type == "application/json" => Encoding.UTF8.GetBytes($$"""{"{{Pick(random, Names)}}":"x","kind":"{{Pick(random, Names)}}","id":"{{Guid.Empty}}","reason":null,"stamp":[]}"""),
            < 25 when type.StartsWith("multipart", StringComparison.Ordinal) =>
                Encoding.UTF8.GetBytes($"--x\r\nContent-Disposition: form-data; name=\"{Pick(random, Names)}\"\r\n\r\n{Value(random)}\r\n--x--"),
            _ => Encoding.UTF8.GetBytes(Pairs(random)),
        };
    }

    private void AddHeaders(Random random, HttpRequestMessage request, string? cookies)
    {
        Add("Accept", random.Next(2) == 0 ? "text/html" : "application/json");
        if (random.Next(3) == 0)
        {
            Add("Authorization", random.Next(3) switch
            {
                0 => "Bearer " + Sealed(random),
                1 when random.Next(10) == 0 => "Basic " + new string('A', 300_000),
                _ => Pick(random, Authorizations),
            });
        }

        if (cookies is not null)
        {
            Add("Cookie", cookies);
        }
        else if (random.Next(3) == 0)
        {
            var value = random.Next(3) == 0 ? sealedValues[4] : Sealed(random);
            Add("Cookie", $"__Host-authserver={value}; __Host-authserver-form={Sealed(random)}; __Host-authserver-second-step={Sealed(random)}; __Host-authserver-notice={Sealed(random)}; =; ;;");
        }

        if (random.Next(6) == 0)
        {
            Add("DPoP", random.Next(2) == 0 ? Sealed(random) : Value(random));
        }

        if (random.Next(8) == 0)
        {
            Add("Origin", random.Next(2) == 0 ? "https://spa.example" : Value(random));
            Add("Access-Control-Request-Method", Pick(random, Methods));
        }

        if (random.Next(10) == 0)
        {
            Add("X-Forwarded-For", Value(random));
            Add("If-None-Match", Value(random));
            Add("Range", "bytes=0-,-1,5-2");
            Add("Accept-Language", new string(',', 2_000));
        }

        void Add(string name, string value) =>
            request.Headers.TryAddWithoutValidation(name, value.Replace("\0", "", StringComparison.Ordinal).Replace("\u202e", "x", StringComparison.Ordinal));
    }

    private string Pairs(Random random)
    {
        var pairs = Enumerable.Range(0, random.Next(1, 12)).Select(_ => $"{Pick(random, Names)}={Escape(random, Value(random))}").ToList();
        if (random.Next(5) == 0)
        {
            pairs.Add(pairs[0]);
        }

        if (random.Next(8) == 0)
        {
            pairs.AddRange(["&&==", "=", "a[0][b]=c", Pick(random, Names)]);
        }

        return string.Join('&', pairs);
    }

    private string Value(Random random) => random.Next(10) switch
    {
        < 3 => Sealed(random),
        3 => new string('A', random.Next(1, 5_000)),
        _ => Pick(random, Values),
    };

    /// <summary>A real sealed value or token, whole, cut, or with one character changed.</summary>
    private string Sealed(Random random)
    {
        var value = Pick(random, sealedValues);
        var at = random.Next(value.Length);
        return random.Next(4) switch
        {
            0 => value,
            1 => value[..at],
            2 => value + "A=",
            _ => string.Concat(value.AsSpan(0, at), value[at] == 'A' ? "B" : "A", value.AsSpan(at + 1)),
        };
    }

    private static string Escape(Random random, string value) =>
        random.Next(3) == 0 && !value.Any(c => c is < ' ' or > '~' or ' ') ? value.Replace('&', '+').Replace('#', '+') : Uri.EscapeDataString(value);

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static string Short(string text) => text.Length > 200 ? text[..200] : text;
}

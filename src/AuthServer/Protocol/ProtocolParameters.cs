using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Protocol;

/// <summary>
/// The parameters of a request, each given once but for <c>resource</c> (RFC 8707 §2). One without a value counts as omitted (RFC 6749 §3.1, §3.2), and one with a NUL
/// character is refused: no registered value has one, and no database stores it.
/// </summary>
internal sealed class ProtocolParameters
{
    /// <summary>A body or a query longer than this is no OAuth request. Bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>What may wait, sealed, in the address of a page: longer addresses are cut off by proxies and servers. Characters.</summary>
    public const int MaxWaitingLength = 6 * 1024;

    private const string Resource = "resource";

    // No value has one.
    private const char Between = '\0';

    private readonly Dictionary<string, string> _values;

    public ProtocolParameters(IEnumerable<KeyValuePair<string, string>> values) => _values = new(values, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Whether a request with these may have to wait for a person.</summary>
    public bool MayWait => _values.Sum(pair => pair.Key.Length + pair.Value.Length) <= MaxWaitingLength;

    /// <summary>The values of <c>resource</c>, each once.</summary>
    public IReadOnlyList<string> Resources => this[Resource]?.Split(Between) ?? [];

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Reads an <c>application/x-www-form-urlencoded</c> body; what is in the query is not looked at (RFC 6749 §2.3.1, §3.2).</summary>
    public static async Task<Reading> ReadFormAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.HasFormContentType || request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            return new Reading(OAuthError.InvalidRequest("The body must be application/x-www-form-urlencoded."));
        }

        if (request.ContentLength > MaxLength)
        {
            return TooLong;
        }

        try
        {
            return From(await request.ReadFormAsync(Limits, context.RequestAborted));
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException)
        {
            return TooLong;
        }
    }

    /// <summary>Reads the query.</summary>
    public static Reading ReadQuery(HttpContext context) => From(context.Request.Query);

    private static Reading TooLong { get; } = new(OAuthError.InvalidRequest("The request is too long or malformed."));

    private static Microsoft.AspNetCore.Http.Features.FormOptions Limits { get; } = new()
    {
        BufferBodyLengthLimit = MaxLength,
        KeyLengthLimit = 256,
        ValueLengthLimit = MaxLength,
        ValueCountLimit = 128,
    };

    private static Reading From(IEnumerable<KeyValuePair<string, StringValues>> source)
    {
        var values = new List<KeyValuePair<string, string>>();
        foreach (var (name, given) in source)
        {
            if (given.Count > 1 && name != Resource)
            {
                return new Reading(OAuthError.InvalidRequest("A parameter is given more than once."));
            }

            if (given.Any(text => text?.Contains('\0', StringComparison.Ordinal) is true))
            {
                return new Reading(OAuthError.InvalidRequest("A parameter has a NUL character."));
            }

            var value = string.Join(Between, given.Where(text => text?.Length > 0).Distinct(StringComparer.Ordinal));
            if (value.Length > 0)
            {
                values.Add(new(name, value));
            }
        }

        return new Reading(new ProtocolParameters(values));
    }

    /// <summary>The parameters, or what is wrong with them.</summary>
    internal readonly struct Reading
    {
        public Reading(ProtocolParameters parameters) => Parameters = parameters;

        public Reading(OAuthError error) => Error = error;

        public ProtocolParameters? Parameters { get; }

        public OAuthError? Error { get; }

        public bool Failed([NotNullWhen(true)] out OAuthError? error, [NotNullWhen(false)] out ProtocolParameters? parameters)
        {
            error = Error;
            parameters = Parameters;
            return error is not null;
        }
    }
}

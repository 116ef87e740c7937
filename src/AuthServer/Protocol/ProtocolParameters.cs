using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
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

    /// <summary>What a body must be (RFC 6749 appendix B).</summary>
    public const string FormType = "application/x-www-form-urlencoded";

    private const string Resource = "resource";

    // No value has one.
    private const char Between = '\0';

    private readonly Dictionary<string, string> _values;

    public ProtocolParameters(IEnumerable<KeyValuePair<string, string>> values) => _values = new(values, StringComparer.Ordinal);

    private ProtocolParameters(Dictionary<string, string> values) => _values = values;

    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Whether a request with these may have to wait for a person.</summary>
    public bool MayWait => _values.Sum(pair => pair.Key.Length + pair.Value.Length) <= MaxWaitingLength;

    /// <summary>The values of <c>resource</c>, each once.</summary>
    public IReadOnlyList<string> Resources => this[Resource]?.Split(Between) ?? [];

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>
    /// Reads an <c>application/x-www-form-urlencoded</c> body; what is in the query is not looked at (RFC 6749 §2.3.1, §3.2). A page's has been read by the framework.
    /// </summary>
    public static async ValueTask<Reading> ReadFormAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsForm(request))
        {
            return new Reading(OAuthError.InvalidRequest($"The body must be {FormType}."));
        }

        if (request.ContentLength > MaxLength)
        {
            return TooLong;
        }

        try
        {
            return context.Features.Get<IFormFeature>()?.Form is { } read ? From(read) : await ReadBodyAsync(context);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException)
        {
            return TooLong;
        }
    }

    /// <summary>Reads the query.</summary>
    public static Reading ReadQuery(HttpContext context) => From(context.Request.Query);

    // The framework's own way makes it take the header apart.
    private static bool IsForm(HttpRequest request) =>
        string.Equals(request.ContentType, FormType, StringComparison.OrdinalIgnoreCase)
        || (request.HasFormContentType && !request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase));

    private static Reading TooLong { get; } = new(OAuthError.InvalidRequest("The request is too long or malformed."));

    private static async ValueTask<Reading> ReadBodyAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            var arrived = await body.ReadAsync(context.RequestAborted);
            if (arrived.Buffer.Length > MaxLength)
            {
                body.AdvanceTo(arrived.Buffer.End);
                return TooLong;
            }

            if (arrived.IsCompleted)
            {
                var reading = From(arrived.Buffer);
                body.AdvanceTo(arrived.Buffer.End);
                return reading;
            }

            body.AdvanceTo(arrived.Buffer.Start, arrived.Buffer.End);
        }
    }

    private static Reading From(in ReadOnlySequence<byte> text)
    {
        var gathered = new Gathered();
        return FormText.Read(text.IsSingleSegment ? text.FirstSpan : text.ToArray(), gathered.Add) ? gathered.End() : gathered.Refused ?? TooLong;
    }

    private static Reading From(IEnumerable<KeyValuePair<string, StringValues>> source)
    {
        var gathered = new Gathered();
        return source.All(pair => pair.Value.All(value => gathered.Add(pair.Key, value ?? ""))) ? gathered.End() : gathered.Refused ?? TooLong;
    }

    /// <summary>Parameters as they come in.</summary>
    private sealed class Gathered
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
        private bool _empty;

        public Reading? Refused { get; private set; }

        public bool Add(string name, string value)
        {
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                Refused = new Reading(OAuthError.InvalidRequest("A parameter has a NUL character."));
                return false;
            }

            _empty |= value.Length == 0;
            if (_values.TryAdd(name, value))
            {
                return true;
            }

            if (name != Resource)
            {
                Refused = new Reading(OAuthError.InvalidRequest("A parameter is given more than once."));
                return false;
            }

            _values[name] = string.Join(Between, _values[name].Split(Between).Append(value).Where(one => one.Length > 0).Distinct(StringComparer.Ordinal));
            return true;
        }

        public Reading End()
        {
            if (_empty)
            {
                foreach (var (name, value) in _values)
                {
                    if (value.Length == 0)
                    {
                        _values.Remove(name);
                    }
                }
            }

            return new Reading(new ProtocolParameters(_values));
        }
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

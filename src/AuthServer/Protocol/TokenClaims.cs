using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>The claims of one token, written as they are added (RFC 7519 §4): nobody gathers them first. Each name is added once.</summary>
internal sealed class TokenClaims : IDisposable
{
    // As long as they are, as a rule. Bytes.
    private const int Length = 1024;

    // A token stands in no page.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _text = new(Length);
    private readonly Utf8JsonWriter _json;

    public TokenClaims()
    {
        _json = new Utf8JsonWriter(_text, Plain);
        _json.WriteStartObject();
    }

    public void Add(string name, string value) => _json.WriteString(name, value);

    public void Add(string name, Guid id) => _json.WriteString(name, id);

    /// <summary>As a <c>NumericDate</c> (RFC 7519 §2).</summary>
    public void Add(string name, DateTime instant) => _json.WriteNumber(name, EpochTime.GetIntDate(instant));

    public void Add(string name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
    }

    public void Add(string name, IReadOnlyDictionary<string, string> members)
    {
        _json.WriteStartObject(name);
        foreach (var (member, value) in members)
        {
            _json.WriteString(member, value);
        }

        _json.WriteEndObject();
    }

    /// <summary>What is told of a user, in the forms of <see cref="UserClaims"/>.</summary>
    public void Add(IEnumerable<KeyValuePair<string, object>> claims)
    {
        foreach (var (name, value) in claims)
        {
            switch (value)
            {
                case string text:
                    Add(name, text);
                    break;
                case long number:
                    _json.WriteNumber(name, number);
                    break;
                case bool yes:
                    _json.WriteBoolean(name, yes);
                    break;
                case IReadOnlyDictionary<string, string> members:
                    Add(name, members);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    /// <summary>All of them, JSON. Nothing can be added any more.</summary>
    public string End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_text.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AuthServer.Protocol;

namespace AuthServer.Import;

/// <summary>
/// Reads the JSON of an import file, strictly: a member unknown, given twice or of the wrong type is a problem, so that nobody believes
/// something is configured when it is not. Unlike the serializer it goes on after the first, and never quotes what it could not read.
/// </summary>
internal sealed class ImportReader(ImportProblems problems)
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private List<Located<ScopeMetadata>> _scopes = [];
    private List<Located<ClientMetadata>> _clients = [];
    private List<Located<UserMetadata>> _users = [];

    public ImportFile Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            ReadSections(document.RootElement);
        }
        catch (JsonException fault)
        {
            problems.AddUnread("", $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}: this is not JSON");
        }
        catch (InvalidOperationException)
        {
            problems.AddUnread("", "a string is not Unicode: half of a surrogate pair is escaped");
        }

        return new(_scopes, _clients, _users);
    }

    private void ReadSections(JsonElement root)
    {
        foreach (var section in Members(root, ""))
        {
            switch (section.Name)
            {
                case "scopes":
                    _scopes = ReadList<ScopeMetadata>(section.Value, section.Name);
                    break;
                case "clients":
                    _clients = ReadList<ClientMetadata>(section.Value, section.Name);
                    break;
                case "users":
                    _users = ReadList<UserMetadata>(section.Value, section.Name);
                    break;
                default:
                    problems.AddUnread(section.Name, "is not known here; known: scopes, clients, users");
                    break;
            }
        }
    }

    private List<Located<T>> ReadList<T>(JsonElement list, string path)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.AddUnread(path, "must be a list");
            return [];
        }

        return [.. list.EnumerateArray().Select((element, index) => ReadOne<T>(element, $"{path}[{index}]"))];
    }

    private Located<T> ReadOne<T>(JsonElement element, string path)
    {
        var type = JsonSerializerOptions.Default.GetTypeInfo(typeof(T));
        var value = type.CreateObject!();
        foreach (var member in Members(element, path))
        {
            var memberPath = $"{path}.{member.Name}";
            if (type.Properties.FirstOrDefault(property => property.Name == member.Name) is not { Set: not null } property)
            {
                problems.AddUnread(memberPath, "is not known here");
            }
            else if (member.Value.ValueKind != JsonValueKind.Null && ReadValue(member.Value, property, memberPath) is { } read)
            {
                property.Set(value, read);
            }
        }

        return new(path, (T)value);
    }

    private object? ReadValue(JsonElement value, JsonPropertyInfo property, string path)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(bool))
        {
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Wrong(path, "must be true or false");
        }

        if (type == typeof(string))
        {
            return ReadString(value, path);
        }

        if (type == typeof(JsonElement))
        {
            return value.ValueKind == JsonValueKind.Object ? value.Clone() : Wrong(path, "must be an object");
        }

        return value.ValueKind == JsonValueKind.Array ? ReadStrings(value, path) : Wrong(path, "must be a list of strings");
    }

    private List<string> ReadStrings(JsonElement list, string path)
    {
        var strings = new List<string>();
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            strings.Add(ReadString(item, $"{path}[{index}]") ?? "");
        }

        return strings;
    }

    private IEnumerable<JsonProperty> Members(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.AddUnread(path, "must be an object");
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (seen.Add(member.Name))
            {
                yield return member;
            }
            else
            {
                problems.AddUnread(path.Length == 0 ? member.Name : $"{path}.{member.Name}", "is given twice");
            }
        }
    }

    private string? ReadString(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            problems.AddUnread(path, "must be a string");
            return null;
        }

        // PostgreSQL stores none.
        var text = value.GetString()!;
        if (text.Contains('\0'))
        {
            problems.AddUnread(path, "must have no NUL character");
        }

        return text;
    }

    private object? Wrong(string path, string message)
    {
        problems.AddUnread(path, message);
        return null;
    }
}

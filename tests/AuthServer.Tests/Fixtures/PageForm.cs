using System.Net;
using System.Text.RegularExpressions;

namespace AuthServer.Tests.Fixtures;

/// <summary>A form on a page: where it leads, what it would send untouched, and the names of all its fields and buttons.</summary>
public sealed partial record PageForm(
    string Action, bool IsPost, IReadOnlyList<KeyValuePair<string, string>> Sent, IReadOnlySet<string> Names)
{
    /// <summary>What it would send; of several fields with one name, the first.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; } =
        Sent.DistinctBy(field => field.Key, StringComparer.Ordinal).ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);

    /// <summary>The form with a box unticked.</summary>
    public PageForm Without(string name, string value) => new(Action, IsPost, [.. Sent.Where(field => field.Key != name || field.Value != value)], Names);

    /// <summary>The form with a box ticked.</summary>
    public PageForm With(string name, string value) => new(Action, IsPost, [.. Sent, new(name, value)], Names);

    public static PageForm Parse(string attributes, string content, string address)
    {
        var fields = new List<KeyValuePair<string, string>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match control in ControlPattern().Matches(content))
        {
            var text = control.Groups["attributes"].Value;
            if (Attribute(text, "name") is not { } name)
            {
                continue;
            }

            names.Add(name);
            var sent = control.Groups["kind"].Value == "input"
                && (Attribute(text, "type") is not ("checkbox" or "radio") || text.Contains(" checked", StringComparison.Ordinal));
            if (sent)
            {
                fields.Add(new(name, Attribute(text, "value") ?? ""));
            }
        }

        return new(Attribute(attributes, "action") is { Length: > 0 } action ? action : address, string.Equals(Attribute(attributes, "method"), "post", StringComparison.OrdinalIgnoreCase), fields, names);
    }

    private static string? Attribute(string tag, string name)
    {
        var match = AttributePattern().Matches(tag).FirstOrDefault(m => m.Groups["name"].Value == name);
        return match is null ? null : WebUtility.HtmlDecode(match.Groups["value"].Value);
    }

    [GeneratedRegex("<(?<kind>input|button)\\b(?<attributes>[^>]*)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ControlPattern();

    [GeneratedRegex("(?<name>[a-zA-Z-]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AttributePattern();
}

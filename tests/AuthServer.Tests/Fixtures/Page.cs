using System.Net;
using System.Text.RegularExpressions;

namespace AuthServer.Tests.Fixtures;

/// <summary>What a browser got: a page, or where to go next.</summary>
public sealed partial class Page(HttpResponseMessage response, string address, string body)
{
    public HttpStatusCode Status => response.StatusCode;

    public string Address => address;

    public string Body => body;

    /// <summary>The <c>Location</c> header, as it was sent.</summary>
    public string? Location => Header("Location");

    public string Heading => WebUtility.HtmlDecode(HeadingPattern().Match(body).Groups["text"].Value).Trim();

    public bool AsksForPassword => FormWith("Input.Password") is not null;

    public bool AsksForConsent => FormWith("decision") is not null;

    public string? Header(string name) => 
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    /// <summary>The form that has a field or button of this name.</summary>
    public PageForm? FormWith(string name) => AllForms().FirstOrDefault(form => form.Names.Contains(name));

    /// <summary>The form that does what the page is about.</summary>
    public PageForm? MainForm() => AllForms().LastOrDefault();

    public IEnumerable<PageForm> AllForms() => FormPattern().Matches(body).Select(match => PageForm.Parse(match.Groups["attributes"].Value, match.Groups["content"].Value, address));

    [GeneratedRegex("<form(?<attributes>[^>]*)>(?<content>.*?)</form>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<h1[^>]*>(?<text>.*?)</h1>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HeadingPattern();
}

using System.Net;
using System.Text.RegularExpressions;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>The server as a newcomer starts it: Development, demonstration data, no configuration. Shared by all stories.</summary>
public sealed partial class DemoServer : ServerProcess
{
    private int people;

    protected override string EnvironmentName => "Development";

    protected override Task ConfigureAsync(IDictionary<string, string?> environment)
    {
        // Every story's people come from this one address.
        environment["AuthServer__RateLimits__Mail__Permitted"] = "1000";
        return Task.CompletedTask;
    }

    /// <summary>Somebody who has allowed nothing yet, so that no story meets another's consent, lockout or sessions.</summary>
    public async Task<Person> NewPersonAsync()
    {
        var number = Interlocked.Increment(ref people);
        var person = new Person($"person{number}@example.com", "correct horse battery staple", $"Person {number}");
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(Address) };
        var page = new Uri("/Identity/Account/Register", UriKind.Relative);
        var form = await http.GetStringAsync(page, TestContext.Current.CancellationToken);
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Input.Name"] = person.Name,
            ["Input.Email"] = person.Email,
            ["Input.Password"] = person.Password,
            ["Input.Confirmation"] = person.Password,
            ["__RequestVerificationToken"] = AntiforgeryToken().Match(form).Groups["token"].Value,
        });
        using var answer = await http.PostAsync(page, fields, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return person;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AntiforgeryToken();
}

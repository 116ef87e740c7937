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

    /// <summary>
    /// Somebody who has allowed nothing yet, so that no story meets another's consent, lockout or sessions. Alice, the operator, makes the account:
    /// registration sends a mail, and that has a story of its own.
    /// </summary>
    /// <param name="longName">With a name and an address that take their place.</param>
    public async Task<Person> NewPersonAsync(bool longName = false)
    {
        var number = Interlocked.Increment(ref people);
        var person = longName
            ? new Person($"bartholomew.featherstonehaugh{number}@department-of-long-names.example.com", "correct horse battery staple", "Bartholomew Montgomery Featherstonehaugh-Cholmondeley")
            : new Person($"person{number}@example.com", "correct horse battery staple", $"Person {number}");
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        await SendAsync(http, "/Identity/Account/Login", ("Input.Email", Person.Alice.Email), ("Input.Password", Person.Alice.Password));
        var page = await SendAsync(http, "/admin/users/edit", ("Input.Email", person.Email), ("Input.Name", person.Name), ("Password", person.Password));
        Assert.Contains("can sign in with the password you chose", page, StringComparison.Ordinal);
        return person;
    }

    /// <summary>Fills in the form of a page; what its answer leads to.</summary>
    private static async Task<string> SendAsync(HttpClient http, string path, params (string Name, string Value)[] filledIn)
    {
        var page = new Uri(path, UriKind.Relative);
        var token = AntiforgeryToken().Matches(await http.GetStringAsync(page, TestContext.Current.CancellationToken))[^1].Groups["token"].Value;
        using var fields = new FormUrlEncodedContent([.. filledIn.Select(field => KeyValuePair.Create(field.Name, field.Value)), new("__RequestVerificationToken", token)]);
        using var answer = await http.PostAsync(page, fields, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AntiforgeryToken();
}

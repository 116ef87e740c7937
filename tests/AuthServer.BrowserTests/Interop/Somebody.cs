using System.Net;
using AuthServer.BrowserTests.Fixtures;
using AuthServer.Tests.Fixtures;
using Person = AuthServer.BrowserTests.Fixtures.Person;

namespace AuthServer.BrowserTests.Interop;

/// <summary>A person at a browser without a screen: signs in where asked, says yes to everything.</summary>
internal sealed class Somebody(ServerProcess server, Person person) : IDisposable
{
    private const int MostSteps = 12;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = new Uri(server.Address),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => http.Dispose();

    /// <summary>Goes there and on, until the way leads to an address that begins with <paramref name="until"/>; gives that address.</summary>
    public async Task<string> VisitAsync(string address, string until)
    {
        var page = await GetAsync(address);
        for (var step = 0; step < MostSteps; step++)
        {
            if (page.Location?.StartsWith(until, StringComparison.Ordinal) is true)
            {
                return page.Location;
            }

            page = await OnwardAsync(page);
        }

        throw new InvalidOperationException($"Never came to {until}: {page.Status} {page.Heading} {page.Address}");
    }

    /// <summary>Types the code that came with the address, and allows the device.</summary>
    public async Task ApproveAsync(string verificationUri)
    {
        var page = await GetAsync(verificationUri);
        for (var step = 0; step < MostSteps && page.Heading != "The device is connected"; step++)
        {
            page = await OnwardAsync(page);
        }

        Assert.Equal("The device is connected", page.Heading);
    }

    private Task<Page> OnwardAsync(Page page) =>
        page.Location is { } location ? GetAsync(location)
        : page.FormWith("Input.Password") is { } login ? SubmitAsync(login, ("Input.Email", person.Email), ("Input.Password", person.Password))
        : page.FormWith("decision") is { } decision ? SubmitAsync(decision, ("decision", "allow"))
        : page.MainForm() is { } form ? SubmitAsync(form)
        : throw new InvalidOperationException($"Nothing to do here: {page.Status} {page.Heading} {page.Address}");

    private Task<Page> SubmitAsync(PageForm form, params (string Name, string Value)[] filledIn)
    {
        var untouched = form.Sent.Where(field => !filledIn.Any(filled => filled.Name == field.Key));
        var fields = untouched.Concat(filledIn.Select(filled => KeyValuePair.Create(filled.Name, filled.Value)));
        return SendAsync(HttpMethod.Post, form.Action, new FormUrlEncodedContent(fields));
    }

    private Task<Page> GetAsync(string address) => SendAsync(HttpMethod.Get, address, content: null);

    private async Task<Page> SendAsync(HttpMethod method, string address, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        var response = await http.SendAsync(request, Cancellation);
        return new Page(response, address, await response.Content.ReadAsStringAsync(Cancellation));
    }
}

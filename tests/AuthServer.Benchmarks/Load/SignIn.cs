using System.Net;
using System.Text.RegularExpressions;

namespace AuthServer.Benchmarks.Load;

/// <summary>Signs in as a person does, with the form on the page.</summary>
internal static partial class SignIn
{
    /// <summary>The header with the cookies of the browser that signed in.</summary>
    public static async Task<string> AsAsync(string email, ServerProcess server)
    {
        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(server.Address) };
        var login = new Uri("/Identity/Account/Login?ReturnUrl=%2F", UriKind.Relative);
        var page = await http.GetStringAsync(login);
        using var form = new FormUrlEncodedContent(
        [
            new("Input.Email", email),
            new("Input.Password", ImportFile.Password),
            new("__RequestVerificationToken", WebUtility.HtmlDecode(FormToken().Match(page).Groups["value"].Value)),
        ]);
        using var answer = await http.PostAsync(login, form);
        return answer.StatusCode == HttpStatusCode.SeeOther
            ? $"Cookie: {cookies.GetCookieHeader(http.BaseAddress)}"
            : throw new BenchmarkException($"Nobody could sign in: {(int)answer.StatusCode}\n{await answer.Content.ReadAsStringAsync()}");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormToken();
}

using System.Net;
using AuthServer.Database;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Specs;

/// <summary>RFC 9700 §4.16.4 and RFC 6749 §10.10: nothing can be guessed at speed, nobody is locked out from elsewhere, and trying tells nothing.</summary>
public sealed class RateLimitTests(LimitedServer server) : SpecFacts(server), IClassFixture<LimitedServer>
{
    private const string Attacker = "203.0.113.66";

    [Fact]
    public async Task A_name_that_nobody_has_is_paused_like_one_that_somebody_has()
    {
        var known = await TriesAsync((await Server.NewPersonAsync()).Email);
        var unknown = await TriesAsync(Nobody());

        Assert.Equal(known, unknown);
        Assert.Equal(["refused", "refused", "refused", "refused", "paused", "paused", "paused", "refused", "refused", "refused", "refused", "paused"], known);
    }

    [Fact]
    public async Task The_pause_of_one_name_is_nobody_elses_and_ends()
    {
        var person = await Server.NewPersonAsync();
        await TryAsync(person.Email, times: 5, from: "198.51.100.1");
        Assert.Equal("paused", await TryAsync(person with { Password = person.Password }, "198.51.100.2"));
        Assert.Equal("in", await TryAsync(await Server.NewPersonAsync(), "198.51.100.1"));

        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("in", await TryAsync(person, "198.51.100.2"));
    }

    [Fact]
    public async Task Too_many_wrong_passwords_from_an_address_stop_the_address_whatever_the_name()
    {
        for (var guess = 0; guess < LimitedServer.Permitted; guess++)
        {
            Assert.Equal("refused", await TryAsync(new Person(Nobody(), "guess"), Attacker));
        }

        var person = await Server.NewPersonAsync();
        var page = await PostAsync(person, Attacker);
        Assert.Equal((HttpStatusCode.TooManyRequests, "600"), (page.Status, page.Header("Retry-After")));
        Assert.Equal("Too many tries", page.Heading);
        Assert.Contains("10 minutes", page.Body, StringComparison.Ordinal);
        Assert.Equal("in", await TryAsync(person, "198.51.100.9"));

        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("in", await TryAsync(person, Attacker));
    }

    [Fact]
    public async Task Right_passwords_never_count()
    {
        var person = await Server.NewPersonAsync();
        for (var visit = 0; visit < 3 * LimitedServer.Permitted; visit++)
        {
            Assert.Equal("in", await TryAsync(person, "198.51.100.20"));
        }
    }

    [Fact]
    public async Task Wrong_second_factors_pause_the_account()
    {
        var (person, _) = await Server.NewPersonWithSecondFactorAsync();
        var browser = Visitor("198.51.100.30");
        var form = (await browser.GetAsync((await browser.SignInAsync(person)).Location!)).FormWith("Input.TwoFactorCode")!;
        for (var guess = 0; guess < 4; guess++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(form, ("Input.TwoFactorCode", "000000"))).Status);
        }

        Assert.StartsWith(
            "/Identity/Account/Lockout?until=", (await browser.SubmitAsync(form, ("Input.TwoFactorCode", "000000"))).Location, StringComparison.Ordinal);
        Assert.Equal("paused", await TryAsync(person, "198.51.100.31"));
    }

    [Fact]
    public async Task Wrong_second_factors_count_for_the_address_too()
    {
        var (person, _) = await Server.NewPersonWithSecondFactorAsync();
        var browser = Visitor("198.51.100.40");
        await browser.SignInAsync(person);
        var form = (await browser.GetAsync("/Identity/Account/LoginWithRecoveryCode")).FormWith("Input.RecoveryCode")!;
        for (var guess = 0; guess < LimitedServer.Permitted; guess++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(form, ("Input.RecoveryCode", "aaaaa-bbbbb"))).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SubmitAsync(form, ("Input.RecoveryCode", "aaaaa-bbbbb"))).Status);
    }

    [Fact]
    public async Task Guessing_a_clients_secret_stops_the_guesser_and_never_the_client()
    {
        await GuessAsync("machine", LimitedServer.Permitted, HttpStatusCode.Unauthorized);

        var refused = await CallAsync("machine", "wrong", Attacker);
        refused.ShouldBe(HttpStatusCode.TooManyRequests, "temporarily_unavailable");
        Assert.Equal("600", refused.Header("Retry-After"));
        await GuessAsync("machine", 3, HttpStatusCode.TooManyRequests, "machine-secret-0123456789");

        // The client itself: at its own address, and for another client at the guesser's.
        (await CallAsync("machine", "machine-secret-0123456789", "198.51.100.50")).ShouldBeOk();
        (await CallAsync("opaque", "opaque-secret-0123456789", Attacker)).ShouldBeOk();

        // Once verified, from any address: this process remembers it.
        (await CallAsync("machine", "machine-secret-0123456789", Attacker)).ShouldBeOk();
        (await CallAsync("machine", "wrong", Attacker)).ShouldBe(HttpStatusCode.TooManyRequests, "temporarily_unavailable");

        Clock.Advance(TimeSpan.FromMinutes(10));
        (await CallAsync("machine", "wrong", Attacker)).ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_client_that_nobody_registered_is_answered_alike()
    {
        await GuessAsync("nobody-of-this-name", LimitedServer.Permitted, HttpStatusCode.Unauthorized);
        await GuessAsync("nobody-of-this-name", 1, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Right_secrets_never_count()
    {
        for (var request = 0; request < 3 * LimitedServer.Permitted; request++)
        {
            (await CallAsync("opaque", "opaque-secret-0123456789", "198.51.100.60")).ShouldBeOk();
        }
    }

    [Theory]
    [InlineData("/Identity/Account/ForgotPassword")]
    public async Task Mail_is_asked_for_so_often_whoever_has_the_address(string path)
    {
        foreach (var email in new[] { (await Server.NewPersonAsync()).Email, Nobody() })
        {
            var answers = new List<(HttpStatusCode Status, string? Location)>();
            for (var request = 0; request < LimitedServer.Mails + 1; request++)
            {
                var browser = Visitor($"198.51.{request}.70");
                var page = await browser.SubmitAsync((await browser.GetAsync(path)).FormWith("Input.Email")!, ("Input.Email", email));
                answers.Add((page.Status, page.Location));
            }

            Assert.All(answers.SkipLast(1), answer => Assert.Equal(answers[0], answer));
            Assert.True(answers[0].Status < HttpStatusCode.BadRequest);
            Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].Status);
        }

        Clock.Advance(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Making_accounts_is_limited_by_address()
    {
        var answers = new List<HttpStatusCode>();
        for (var request = 0; request < LimitedServer.Mails + 1; request++)
        {
            var browser = Visitor("198.51.100.71");
            var token = (await browser.GetAsync("/Identity/Account/Login")).FormWith("Input.Password")!.Sent.Where(field => field.Key.StartsWith("__", StringComparison.Ordinal));
            answers.Add((await browser.PostAsync("/Identity/Account/NewAccount", token)).Status);
        }

        Assert.All(answers.SkipLast(1), status => Assert.NotEqual(HttpStatusCode.TooManyRequests, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Clock.Advance(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("Input.Email", "", "Input.Email")]
    [InlineData("Email", "", "Email")]
    [InlineData("", "?Input.Email=", "Else")]
    public async Task Mail_is_counted_by_the_address_that_it_goes_to(string first, string query, string second)
    {
        var (person, path) = (await Server.NewPersonAsync(), "/Identity/Account/ForgotPassword");
        var answers = new List<HttpStatusCode>();
        for (var request = 0; request < LimitedServer.Mails + 1; request++)
        {
            var browser = Visitor($"198.51.{request}.71");
            var form = (await browser.GetAsync(path)).FormWith("Input.Email")!.Sent.Where(field => field.Key != "Input.Email").ToList();
            if (first.Length > 0)
            {
                form.Add(new(first, person.Email));
            }

            form.Add(new(second, Nobody()));
            answers.Add((await browser.PostAsync(path + (query.Length > 0 ? query + Uri.EscapeDataString(person.Email) : ""), form)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.InRange((await Server.MailOfAsync(person.Email)).Count, 0, LimitedServer.Mails);
        Clock.Advance(TimeSpan.FromHours(1));
    }

    private static string Nobody() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.com";

    private static Person Guess(string email) => new(email, "not the password");

    [Fact]
    public async Task Who_asks_for_codes_in_a_public_clients_name_fills_no_table_and_stops_nobody_else()
    {
        var before = await DevicesAsync();
        for (var request = 0; request < LimitedServer.DeviceRequests; request++)
        {
            (await AskForCodeAsync("console", Attacker)).ShouldBeOk();
        }

        var refused = (await AskForCodeAsync("console", Attacker)).ShouldBe(HttpStatusCode.TooManyRequests, "temporarily_unavailable");
        Assert.Equal("600", refused.Header("Retry-After"));
        Assert.Equal(before + LimitedServer.DeviceRequests, await DevicesAsync());
        (await AskForCodeAsync("console", "198.51.100.70")).ShouldBeOk();

        // Who proves who they are may have many devices.
        for (var request = 0; request <= LimitedServer.DeviceRequests; request++)
        {
            (await AskForCodeAsync("tv", Attacker, "tv-secret-0123456789")).ShouldBeOk();
        }

        Clock.Advance(TimeSpan.FromMinutes(10));
        (await AskForCodeAsync("console", Attacker)).ShouldBeOk();
    }

    private Task<int> DevicesAsync() => Server.ReadAsync(db => db.DeviceAuthorizations.CountAsync());

    private async Task<Answer> AskForCodeAsync(string clientId, string address, string? secret = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/device") { Headers = { { CallerAddress.Header, address } } };
        request.Content = new FormUrlEncodedContent([new("scope", "openid"), .. secret is null ? new[] { KeyValuePair.Create("client_id", clientId) } : []]);
        if (secret is not null)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{clientId}:{secret}")));
        }

        return await Web.SendAsync(request);
    }

    private Browser Visitor(string address) => new(Server) { Headers = { [CallerAddress.Header] = address } };

    /// <summary>Seven tries, five minutes, and again.</summary>
    private async Task<IReadOnlyList<string>> TriesAsync(string email)
    {
        var told = new List<string>();
        for (var guess = 0; guess < 12; guess++)
        {
            if (guess == 7)
            {
                Clock.Advance(TimeSpan.FromMinutes(5));
            }

            told.Add(await TryAsync(Guess(email), $"198.51.100.{guess + 100}"));
        }

        return told;
    }

    private async Task TryAsync(string email, int times, string from)
    {
        for (var guess = 0; guess < times; guess++)
        {
            await TryAsync(Guess(email), from);
        }
    }

    private async Task<string> TryAsync(Person person, string address)
    {
        var page = await PostAsync(person, address);
        return page.Location switch
        {
            null when page.Status == HttpStatusCode.TooManyRequests => "stopped",
            null => "refused",
            "/" => "in",
            { } lockout when lockout.StartsWith("/Identity/Account/Lockout?until=", StringComparison.Ordinal) => "paused",
            var other => other,
        };
    }

    private Task<Page> PostAsync(Person person, string address) => Visitor(address).SignInAsync(person);

    private async Task GuessAsync(string clientId, int times, HttpStatusCode status, string secret = "wrong")
    {
        for (var guess = 0; guess < times; guess++)
        {
            Assert.Equal(status, (await CallAsync(clientId, secret, Attacker)).Status);
        }
    }

    private async Task<Answer> CallAsync(string clientId, string secret, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Headers = { { CallerAddress.Header, address } } };
        var pair = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{clientId}:{secret}"));
        request.Headers.Authorization = new("Basic", pair);
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        return await Web.SendAsync(request);
    }
}

/// <summary>Switched off, nobody is stopped.</summary>
public sealed class NoRateLimitTests(UnlimitedServer server) : SpecFacts(server), IClassFixture<UnlimitedServer>
{
    [Fact]
    public async Task Nobody_is_stopped()
    {
        for (var guess = 0; guess < 2 * LimitedServer.Permitted; guess++)
        {
            var answer = await Web.With("wrong", "client_secret_basic").ClientCredentialsAsync();
            answer.ShouldBe(HttpStatusCode.Unauthorized, "invalid_client");
        }
    }
}

/// <summary>The server with small limits, where a test says from which address it calls.</summary>
public class LimitedServer() : AuthServerFactory(DatabaseProvider.Sqlite)
{
    public const int Permitted = 15;

    public const int Mails = 4;

    public const int DeviceRequests = 5;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:RateLimits:Password:Permitted", $"{Permitted}");
        builder.UseSetting("AuthServer:RateLimits:ClientSecret:Permitted", $"{Permitted}");
        builder.UseSetting("AuthServer:RateLimits:DeviceRequest:Permitted", $"{DeviceRequests}");
        builder.UseSetting("AuthServer:RateLimits:Mail:Permitted", $"{Mails}");
        builder.UseSetting("AuthServer:Registration", "true");
        builder.ConfigureTestServices(services => services.AddTransient<IStartupFilter, CallerAddress>());
    }
}

/// <summary>The same with its limits off.</summary>
public sealed class UnlimitedServer : LimitedServer
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:RateLimits:Enabled", "false");
    }
}

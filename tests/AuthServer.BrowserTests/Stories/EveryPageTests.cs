using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;
using Deque.AxeCore.Commons;

namespace AuthServer.BrowserTests.Stories;

/// <summary>Every page, light and dark, on a telephone and on a desk: axe finds nothing, and nothing must be scrolled sideways.</summary>
public sealed class EveryPageTests(DemoServer server, ShopServer shopServer, Chromium chromium, EveryPageTests.SignedInOnce kept)
    : Story(server, chromium), IClassFixture<EveryPageTests.SignedInOnce>
{
    /// <summary>A page that loads itself again has no styles at first, and then no long name fits.</summary>
    private const string Loaded = "if (document.readyState !== 'complete') await new Promise(done => addEventListener('load', done));";

    private const string Fits =
        $"async () => {{ {Loaded} return document.documentElement.scrollWidth <= document.documentElement.clientWidth; }}";

    private const string Violations =
        $"async () => {{ {Loaded} return (await axe.run(document, {{ resultTypes: ['violations'] }})).violations.map(v => `${{v.impact}} ${{v.id}}: ${{v.help}}\\n${{v.nodes.map(n => n.html).join('\\n')}}`); }}";

    private static readonly (string Name, int Width, int Height)[] Screens = [("360", 360, 780), ("768", 768, 1024), ("1280", 1280, 900)];

    [Theory]
    [InlineData("home", "/")]
    [InlineData("login", "/Identity/Account/Login")]
    [InlineData("register", "/Identity/Account/Register")]
    [InlineData("register-sent", "/Identity/Account/Register?sent=true")]
    [InlineData("new-account-late", "/Identity/Account/NewAccount?link=AAAA")]
    [InlineData("forgotten", "/Identity/Account/ForgotPassword")]
    [InlineData("forgotten-sent", "/Identity/Account/ForgotPassword?sent=true")]
    [InlineData("reset-password", "/Identity/Account/ResetPassword?code=AAAA")]
    [InlineData("reset-password-done", "/Identity/Account/ResetPassword?done=true")]
    [InlineData("confirm-email", "/Identity/Account/ConfirmEmail?code=AAAA&email=new@example.com")]
    [InlineData("first-administrator-late", "/Identity/Account/FirstAdministrator?key=AAAA")]
    [InlineData("denied", "/Identity/Account/AccessDenied")]
    [InlineData("mailbox", "/mailbox")]
    [InlineData("paused", "/Identity/Account/Lockout")]
    [InlineData("signed-out", "/Identity/Account/Logout")]
    [InlineData("session-ended", "/connect/endsession/confirm")]
    [InlineData("refused", "/connect/authorize?client_id=nobody")]
    [InlineData("not-found", "/there/is/nothing/here")]
    [InlineData("error", "/error")]
    [InlineData("playground-empty", "/playground")]
    public async Task SignedOut(string name, string path)
    {
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.GoToAsync(path);
        await LookAsync(visitor, name);
    }

    [Theory]
    [InlineData("home-signed-in", "/")]
    [InlineData("sign-out", "/Identity/Account/Logout")]
    [InlineData("end-session", "/connect/endsession?client_id=playground")]
    [InlineData("account", "/Identity/Account/Manage")]
    [InlineData("account-email", "/Identity/Account/Manage/Email")]
    [InlineData("account-password", "/Identity/Account/Manage/ChangePassword")]
    [InlineData("account-two-factor", "/Identity/Account/Manage/TwoFactorAuthentication")]
    [InlineData("account-authenticator", "/Identity/Account/Manage/EnableAuthenticator")]
    [InlineData("account-history", "/Identity/Account/Manage/SecurityHistory")]
    [InlineData("account-delete", "/Identity/Account/Manage/DeletePersonalData")]
    [InlineData("connected-apps-none", ConnectedAppsPage.Path)]
    [InlineData("account-data", "/Identity/Account/Manage/PersonalData")]
    public async Task SignedIn(string name, string path)
    {
        kept.Person ??= await SignInAsync(await server.NewPersonAsync());
        var visitor = await OpenBrowserAsync(trace: false, state: kept.Person);
        await visitor.GoToAsync(path);
        await LookAsync(visitor, name);
    }

    [Theory]
    [InlineData("operator", "/admin")]
    [InlineData("operator-users", "/admin/users")]
    [InlineData("operator-user-edit", "/admin/users/edit")]
    [InlineData("operator-clients", "/admin/clients")]
    [InlineData("operator-client-edit", "/admin/clients/edit")]
    [InlineData("operator-sessions", "/admin/access")]
    [InlineData("operator-grants", "/admin/access?view=grants")]
    [InlineData("operator-families", "/admin/access?view=families")]
    [InlineData("operator-bulk-all", "/admin/bulk?all=true&view=grants")]
    [InlineData("operator-bulks", "/admin/bulk")]
    [InlineData("operator-revocations", "/admin/revocations")]
    [InlineData("operator-seals", "/admin/seals")]
    [InlineData("operator-deliveries", "/admin/deliveries")]
    [InlineData("operator-explain", "/admin/explain")]
    [InlineData("operator-keys", "/admin/keys")]
    public async Task Operator(string name, string path)
    {
        if (kept.Operator is null)
        {
            // Something to be seen in the lists.
            await (await OpenBrowserAsync(trace: false)).GetTokensAsync(await server.NewPersonAsync(longName: true));
            kept.Operator = await SignInAsync(Person.Alice);
        }

        var visitor = await OpenBrowserAsync(trace: false, state: kept.Operator);
        await visitor.GoToAsync(path);
        await LookAsync(visitor, name);
    }

    [Fact]
    public async Task OperatorShutsOut()
    {
        var person = await server.NewPersonAsync(longName: true);
        var theirs = await OpenBrowserAsync(trace: false, userAgent: SessionsPage.PhoneAgent);
        await theirs.GetTokensAsync(person);
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.SignInAsync(Person.Alice);
        await visitor.GoToAsync("/admin");
        await visitor.Operator.FindUserAsync(person);
        await LookAsync(visitor, "operator-user");
        await visitor.Operator.FollowAsync("Reset password");
        await visitor.Operator.ShownAsync("Reset the password?");
        await LookAsync(visitor, "operator-password");
        await visitor.Page.GoBackAsync();
        await visitor.Operator.FollowAsync("Disable");
        await visitor.Operator.ShownAsync("Disable this user?");
        await LookAsync(visitor, "operator-withdraw");
        await visitor.Operator.ConfirmAsync("Disable", "Their telephone was stolen");
        await visitor.Operator.ShownAsync("User disabled");
        await LookAsync(visitor, "operator-receipt");
        await visitor.Operator.GoAsync("Revocations");
        await LookAsync(visitor, "operator-ledger");
        await visitor.Operator.GoAsync("Clients");
        await visitor.Operator.FollowAsync("Demo web shop");
        await LookAsync(visitor, "operator-client");
        await visitor.Operator.FollowAsync("Its secret leaked");
        await visitor.Operator.ShownAsync("Its secret leaked?");
        await LookAsync(visitor, "operator-leaked");
    }

    [Fact]
    public async Task LoginWithAMistake()
    {
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.GoToAsync(LoginPage.Path);
        await visitor.Login.SignInAsync("nobody@example.com", "not the password");
        await Expect(visitor.Login.Error).ToBeVisibleAsync();
        await LookAsync(visitor, "login-refused");
    }

    [Fact]
    public async Task ConsentAndPlayground()
    {
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.GoToAsync(PlaygroundPage.Path);
        await visitor.Playground.AskAsync();
        await visitor.Login.SignInAsync(await server.NewPersonAsync());
        await visitor.Consent.ShownAsync();
        await LookAsync(visitor, "consent");

        await visitor.Consent.AllowAsync();
        await visitor.Playground.HasTokensAsync();
        await LookAsync(visitor, "playground");

        await visitor.Playground.RefreshAsync();
        await visitor.Playground.SaysAsync("Refreshed");
        await visitor.Playground.RevokeAsync(Token.Refresh);
        await visitor.Playground.DeadAsync(Token.Access);
        await LookAsync(visitor, "playground-dead");
    }

    [Fact]
    public async Task Device()
    {
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.SignInAsync(await server.NewPersonAsync());
        using var television = new Television(server.Address);
        await television.AskAsync();
        await visitor.Page.GotoAsync(television.CompleteAddress);
        await LookAsync(visitor, "device");
        await visitor.Device.TypeAsync("BBBB-BBBB");
        await Expect(visitor.Device.Error).ToBeVisibleAsync();
        await LookAsync(visitor, "device-wrong");
        await visitor.Device.TypeAsync(television.UserCode);
        await visitor.Device.AskedAsync();
        await LookAsync(visitor, "device-consent");

        var consent = visitor.Page.Url;
        await visitor.Consent.AllowAsync();
        await visitor.Device.SaysAsync("The device is connected");
        await LookAsync(visitor, "device-connected");
        await visitor.Page.GotoAsync(consent);
        await visitor.Device.SaysAsync("This code is used up");
        await LookAsync(visitor, "device-used-up");

        await television.PollAsync();
        await visitor.GoToAsync(ConnectedAppsPage.Path);
        await LookAsync(visitor, "connected-device");
        await visitor.ConnectedApps.RemoveDeviceAsync("Demo television");
        await LookAsync(visitor, "withdraw-device");
    }

    [Fact]
    public async Task Account()
    {
        var person = await server.NewPersonAsync(longName: true);
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.GetTokensAsync(person);
        var phone = await OpenBrowserAsync(trace: false, userAgent: SessionsPage.PhoneAgent);
        await phone.SignInAsync(person);

        await visitor.GoToAsync(SessionsPage.Path);
        await Expect(visitor.Sessions.Phone).ToHaveCountAsync(1);
        await LookAsync(visitor, "sessions");
        await SessionsPage.SignOutAsync(visitor.Sessions.Here);
        await visitor.Withdraw.AskedAsync("Sign out this device?");
        await LookAsync(visitor, "withdraw-session");

        await visitor.GoToAsync(ConnectedAppsPage.Path);
        await Expect(visitor.ConnectedApps.App("Playground")).ToBeVisibleAsync();
        await LookAsync(visitor, "connected-apps");
        await visitor.ConnectedApps.RemoveAsync("Playground");
        await visitor.Withdraw.AskedAsync("Remove all access?");
        await LookAsync(visitor, "withdraw-grant");
        await visitor.Withdraw.ConfirmAsync("Remove all access");
        await visitor.Withdraw.DoneAsync("The access is removed");
        await LookAsync(visitor, "receipt");
    }

    /// <summary>Where clients are told in frames and none has asked for it: the page stays.</summary>
    [Fact]
    public async Task SignedOutAndTold()
    {
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.GoToAsync(
            $"{shopServer.Address}/connect/authorize?response_type=code&client_id={Shop.ToldClientId}&scope=openid&redirect_uri={Uri.EscapeDataString(shopServer.Shop.CallbackAddress)}");
        await visitor.Login.SignInAsync(shopServer.NextPerson());
        await visitor.Shop.WelcomesAsync();
        await visitor.GoToAsync($"{shopServer.Address}{SignOutPage.Path}");
        await visitor.SignOut.ConfirmAsync();
        await visitor.SignOut.DoneAsync();
        Assert.StartsWith("/signed-out?", new Uri(visitor.Page.Url).PathAndQuery, StringComparison.Ordinal);
        await LookAsync(visitor, "signed-out-told");
    }

    /// <summary>Signs in once for all the tests that only look.</summary>
    private async Task<string> SignInAsync(Person person)
    {
        var visitor = await OpenBrowserAsync(trace: false);
        await visitor.SignInAsync(person);
        return await visitor.StateAsync();
    }

    private static async Task LookAsync(Visitor visitor, string name)
    {
        var page = visitor.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
        foreach (var (width, scheme) in Screens.SelectMany(_ => new[] { ColorScheme.Light, ColorScheme.Dark }, (screen, scheme) => (screen, scheme)))
        {
            var view = $"{name}-{width.Name}-{scheme.ToString().ToLowerInvariant()}";
            await page.SetViewportSizeAsync(width.Width, width.Height);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await PictureAsync(page, view);

            Assert.True(
                await AskAsync(page, () => page.EvaluateAsync<bool>(Fits)),
                $"{view} must be scrolled sideways.");

            // No colour depends on the width and no place on the colours: two of the four views have it all.
            if (width.Name != "768" && width.Name == "360" == (scheme == ColorScheme.Light))
            {
                var found = await AskAsync(page, () => ViolationsAsync(page));
                Assert.True(found.Length == 0, $"{view}: {string.Join('\n', found)}");
            }
        }
    }

    /// <summary>A page that shows progress loads itself again when that is through: what was asked of it meanwhile is asked again.</summary>
    private static async Task<T> AskAsync<T>(IPage page, Func<Task<T>> question)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await question();
            }
            catch (PlaywrightException) when (attempt < 2)
            {
                await page.WaitForLoadStateAsync();
            }
        }
    }

    /// <summary>
    /// What axe finds. The pages are one document each, so it is put into them once; the library's own way, made for frames, opens a second page and puts it into both every time.
    /// </summary>
    private static async Task<string[]> ViolationsAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => typeof axe === 'object'"))
        {
            await page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        }

        return await page.EvaluateAsync<string[]>(Violations);
    }

    /// <summary>The sessions that the tests of this class share, as a browser keeps them.</summary>
    public sealed class SignedInOnce
    {
        public string? Person { get; set; }

        public string? Operator { get; set; }
    }
}

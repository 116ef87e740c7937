using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>The right password opens; a wrong one says so, and nothing more.</summary>
public sealed class SignInStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    private const int TriesBeforeThePause = 5;

    [Fact]
    public async Task WrongPassword_AndUnknownName_AreOneAnswer()
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(LoginPage.Path);

        await visitor.Login.SignInAsync(person.Email, "not the password");
        await Expect(visitor.Login.Error).ToContainTextAsync("wrong");
        await Expect(visitor.Login.Email).ToHaveValueAsync(person.Email);
        await Expect(visitor.Login.Password).ToHaveValueAsync("");
        var known = await visitor.Login.Error.InnerTextAsync();
        await visitor.GoToAsync(LoginPage.Path);
        await visitor.Login.SignInAsync("nobody@example.com", "not the password");
        await Expect(visitor.Login.Error).ToHaveTextAsync(known);

        await visitor.Login.SignInAsync(person);
        await visitor.Home.ShownAsync();
    }

    [Fact]
    public async Task TooManyWrongPasswords_SignInIsPaused_AndWhoeverIsSignedInStays()
    {
        var person = await server.NewPersonAsync();
        var inside = await OpenBrowserAsync();
        await inside.GetTokensAsync(person);
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(LoginPage.Path);

        for (var tries = 1; tries < TriesBeforeThePause; tries++)
        {
            // The page that comes is another one, with an empty password.
            await visitor.Login.SignInAsync(person.Email, "not the password");
            await Expect(visitor.Login.Password).ToHaveValueAsync("");
            await Expect(visitor.Login.Error).ToBeVisibleAsync();
        }

        await visitor.Login.SignInAsync(person.Email, "not the password");
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign-in is paused" })).ToBeVisibleAsync();
        await visitor.GoToAsync(LoginPage.Path);
        await visitor.Login.SignInAsync(person);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign-in is paused" })).ToBeVisibleAsync();

        await inside.Playground.CheckAsync();
        await inside.Playground.AliveAsync(Token.Refresh);
    }

    [Fact]
    public async Task NothingTyped_TheFormSaysWhatIsMissing()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(LoginPage.Path);

        await visitor.Login.Submit.ClickAsync();

        await Expect(visitor.Page.GetByText("Type your e-mail address.")).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByText("Type your password.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ShowPassword_ShowsItAndHidesItAgain()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(LoginPage.Path);
        await visitor.Login.Password.FillAsync("is it this one?");

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show password" }).ClickAsync();
        await Expect(visitor.Login.Password).ToHaveAttributeAsync("type", "text");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show password" }).ClickAsync();
        await Expect(visitor.Login.Password).ToHaveAttributeAsync("type", "password");
    }

    [Fact]
    public async Task Registered_TheLinkInTheMailboxMakesTheAccount_AndTheWayToTheClientIsKept()
    {
        var visitor = await OpenBrowserAsync();
        var page = visitor.Page;
        await visitor.GoToAsync(PlaygroundPage.Path);
        await visitor.Playground.AskAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).ClickAsync();
        await page.GetByLabel("E-mail", new() { Exact = true }).FillAsync("nora@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your e-mail" })).ToBeVisibleAsync();
        await PictureAsync(page, "register-sent-development");

        await visitor.OpenMailAsync("nora@example.com", "Create your account");
        await Expect(page.GetByText("nora@example.com")).ToBeVisibleAsync();
        await PictureAsync(page, "new-account");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Nora New");
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("four words are better");
        await page.GetByLabel("The same password again").FillAsync("four words are better");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();

        await visitor.Consent.ShownAsync();
        await visitor.Consent.AllowAsync();
        await visitor.Playground.HasTokensAsync();
    }

    [Fact]
    public async Task RegisteredAgain_ThePageIsTheSame_AndTheMailLeadsToSignIn()
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync();
        var page = visitor.Page;
        await visitor.GoToAsync("/Identity/Account/Register");
        await page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Check your e-mail" })).ToBeVisibleAsync();

        await visitor.OpenMailAsync(person.Email, "You have an account already");
        await visitor.Login.SignInAsync(person);
        await visitor.Home.ShownAsync();
    }
}

using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Pages;

/// <summary>Signing in with a password.</summary>
internal sealed class LoginPage(IPage page)
{
    public const string Path = "/Identity/Account/Login";

    public ILocator Email => page.GetByLabel("E-mail", new() { Exact = true });

    public ILocator Password => page.GetByLabel("Password", new() { Exact = true });

    public ILocator Submit => page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true });

    /// <summary>What is wrong with the whole form.</summary>
    public ILocator Error => page.GetByRole(AriaRole.Alert);

    public async Task ShownAsync() => await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();

    public async Task SignInAsync(Person person) => await SignInAsync(person.Email, person.Password);

    public async Task SignInAsync(string email, string password)
    {
        await Email.FillAsync(email);
        await Password.FillAsync(password);
        await Submit.ClickAsync();
    }
}

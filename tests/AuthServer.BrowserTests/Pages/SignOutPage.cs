namespace AuthServer.BrowserTests.Pages;

/// <summary>Signing out here, and the question that a client's unproven wish to sign out leads to.</summary>
internal sealed class SignOutPage(IPage page)
{
    public const string Path = "/Identity/Account/Logout";

    public async Task AskedAsync() => await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign out?" })).ToBeVisibleAsync();

    public async Task ConfirmAsync() => await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();

    public async Task DoneAsync() => await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
}

using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Pages;

/// <summary>What an operator works with.</summary>
internal sealed class OperatorPages(IPage page)
{
    private ILocator Main => page.GetByRole(AriaRole.Main);

    /// <summary>What hangs on what.</summary>
    public ILocator Tree => Main.Locator(".tree");

    public ILocator Receipt => Main.Locator(".receipt");

    public ILocator Notice => Main.Locator(".notice");

    public ILocator Row(string text) => Main.Locator(".rows tbody tr").Filter(new() { HasText = text });

    public async Task GoAsync(string link) =>
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Operator" }).GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    public async Task ShownAsync(string heading) =>
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true, Level = 1 })).ToBeVisibleAsync();

    public async Task FindUserAsync(Person person)
    {
        await GoAsync("Users");
        await page.GetByLabel("E-mail or name begins with").FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Row(person.Email).GetByRole(AriaRole.Link).ClickAsync();
        await ShownAsync(person.Email);
    }

    public async Task FollowAsync(string link) => await Main.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();

    public async Task ConfirmAsync(string act, string reason)
    {
        await page.GetByLabel("Reason").FillAsync(reason);
        await Main.GetByRole(AriaRole.Button, new() { Name = act, Exact = true }).ClickAsync();
    }
}

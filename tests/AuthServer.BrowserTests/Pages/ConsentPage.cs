namespace AuthServer.BrowserTests.Pages;

/// <summary>A client asks, a person decides.</summary>
internal sealed class ConsentPage(IPage page)
{
    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    /// <summary>What the client wants, in words.</summary>
    public ILocator Scopes => page.GetByRole(AriaRole.Main).GetByRole(AriaRole.List).First.GetByRole(AriaRole.Listitem);

    /// <summary>The box before these words.</summary>
    public ILocator Box(string words) => page.GetByRole(AriaRole.Checkbox, new() { Name = words });

    public ILocator Allow => page.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true });

    public ILocator Deny => page.GetByRole(AriaRole.Button, new() { Name = "Deny", Exact = true });

    public async Task ShownAsync() => await Expect(Heading).ToContainTextAsync("Allow");

    public async Task AllowAsync() => await Allow.ClickAsync();

    public async Task DenyAsync() => await Deny.ClickAsync();
}

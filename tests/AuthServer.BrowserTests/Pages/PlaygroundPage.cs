using System.Text.RegularExpressions;

namespace AuthServer.BrowserTests.Pages;

/// <summary>The demonstration's client: asks for tokens, shows them, and says of each whether it is alive.</summary>
internal sealed partial class PlaygroundPage(IPage page)
{
    public const string Path = "/playground";

    /// <summary>What the page says about the last act.</summary>
    public ILocator Message => page.Locator("#message");

    /// <summary>The newest answer that a person asked for, opened.</summary>
    public ILocator NewestAnswer => page.Locator("#log details[data-newest] pre").Last;

    /// <summary>Alive or dead, and why.</summary>
    public ILocator Badge(string token) => Card(token).Locator(".state");

    /// <summary>Header and claims.</summary>
    public ILocator Claims(string token) => Card(token).Locator("details pre");

    public async Task AskAsync(string prompt = "")
    {
        await page.GetByLabel("Prompt").SelectOptionAsync(prompt);
        await page.Locator("#ask").GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    public async Task RefreshAsync() => await Card(Token.Refresh).GetByRole(AriaRole.Button, new() { Name = "Refresh", Exact = true }).ClickAsync();

    public async Task UserInfoAsync() => await Card(Token.Access).GetByRole(AriaRole.Button, new() { Name = "User info" }).ClickAsync();

    public async Task IntrospectAsync(string token) => await Card(token).GetByRole(AriaRole.Button, new() { Name = "Introspect" }).ClickAsync();

    public async Task RevokeAsync(string token) => await Card(token).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();

    public async Task ReplayAsync() => await page.GetByRole(AriaRole.Button, new() { Name = "replay" }).ClickAsync();

    public async Task SignOutAsync() => await Card(Token.Id).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

    /// <summary>Asks the server about every token.</summary>
    public async Task CheckAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Are they alive?" }).ClickAsync();
        await SaysAsync("Asked.");
    }

    public async Task SaysAsync(string words) => await Expect(Message).ToContainTextAsync(words);

    /// <summary>The tokens have come, and the server says that they are good.</summary>
    public async Task HasTokensAsync()
    {
        await SaysAsync("here are the tokens");
        await AliveAsync(Token.Access);
        await AliveAsync(Token.Refresh);
    }

    public async Task AliveAsync(string token) => await Expect(Badge(token)).ToHaveTextAsync("alive");

    public async Task DeadAsync(string token, string why = "")
    {
        await Expect(Badge(token)).ToContainTextAsync($"dead: {why}");
        await Expect(Card(token)).ToHaveClassAsync(IsDead());
    }

    /// <summary>The token as the card shows it: its beginning and its end.</summary>
    public async Task<string> ShownAsync(string token) => await Card(token).Locator(".raw code").InnerTextAsync();

    private ILocator Card(string token) => page.Locator($".token[data-kind={token}]");

    [GeneratedRegex(@"\bis-dead\b", RegexOptions.None, 1000)]
    private static partial Regex IsDead();
}

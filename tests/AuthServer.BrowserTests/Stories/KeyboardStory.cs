using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>Nobody needs a mouse.</summary>
public sealed class KeyboardStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Fact]
    public async Task SignInAndConsent_ByKeyboardAlone()
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(PlaygroundPage.Path);
        await TabToAsync(visitor.Page, visitor.Page.Locator("#ask button[type=submit]"));
        await visitor.Page.Keyboard.PressAsync("Enter");

        await visitor.Login.ShownAsync();
        await Expect(visitor.Login.Email).ToBeFocusedAsync();
        await visitor.Page.Keyboard.TypeAsync(person.Email);
        await visitor.Page.Keyboard.PressAsync("Tab");
        await Expect(visitor.Login.Password).ToBeFocusedAsync();
        await visitor.Page.Keyboard.TypeAsync(person.Password);
        await visitor.Page.Keyboard.PressAsync("Enter");

        await visitor.Consent.ShownAsync();
        await TabToAsync(visitor.Page, visitor.Consent.Allow);
        await visitor.Page.Keyboard.PressAsync("Tab");
        await Expect(visitor.Consent.Deny).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("Shift+Tab");
        await visitor.Page.Keyboard.PressAsync("Space");

        await visitor.Playground.HasTokensAsync();
    }

    [Fact]
    public async Task FirstTab_OffersToSkipToTheContent()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.GoToAsync(HomePage.Path);

        await visitor.Page.Keyboard.PressAsync("Tab");
        var skip = visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });
        await Expect(skip).ToBeFocusedAsync();
        await Expect(skip).ToBeInViewportAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Expect(visitor.Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
    }

    /// <summary>Tabs on until the control has the focus, and sees to it that the focus can be seen.</summary>
    private static async Task TabToAsync(IPage page, ILocator control)
    {
        await Expect(control).ToBeEnabledAsync();
        for (var tabs = 0; tabs < 40; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await control.EvaluateAsync<bool>("it => it === document.activeElement"))
            {
                Assert.NotEqual("none", await control.EvaluateAsync<string>("it => getComputedStyle(it).outlineStyle"));
                return;
            }
        }

        Assert.Fail($"The keyboard does not reach {control}.");
    }
}

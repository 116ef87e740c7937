using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>A client at another site, with script and without: neither form-action nor a missing cookie stands in the way.</summary>
public sealed class ShopStory(ShopServer server, Chromium chromium) : Story(server, chromium)
{
    [Theory]
    [InlineData("sign-in", true)]
    [InlineData("sign-in", false)]
    [InlineData("sign-in-by-post", true)]
    [InlineData("sign-in-form-post", true)]
    [InlineData("sign-in-form-post", false)]
    public async Task SignIn_Consent_BackAtTheShop_SignOut(string way, bool script)
    {
        var person = server.NextPerson();
        var visitor = await OpenBrowserAsync(script);
        await visitor.GoToAsync(server.Shop.Address);
        await visitor.Shop.LeaveAsync(way);
        await visitor.Login.SignInAsync(person);
        await visitor.Consent.ShownAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Corner shop");
        await visitor.Consent.AllowAsync();
        if (!script && way == "sign-in-form-post")
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        }

        await visitor.Shop.WelcomesAsync();
        await Expect(visitor.Shop.Received("code")).Not.ToBeEmptyAsync();
        await Expect(visitor.Shop.Received("state")).ToHaveTextAsync("basket-7");
        await Expect(visitor.Shop.Received("iss")).ToHaveTextAsync(server.Address);

        // Allowed once is allowed: the second time nobody is asked anything.
        await visitor.GoToAsync(server.Shop.Address);
        await visitor.Shop.LeaveAsync("sign-in");
        await visitor.Shop.WelcomesAsync();

        await visitor.GoToAsync(server.Shop.Address);
        await visitor.Shop.LeaveAsync(way == "sign-in-by-post" ? "sign-out-by-post" : "sign-out");
        await visitor.SignOut.AskedAsync();
        await visitor.SignOut.ConfirmAsync();
        await visitor.Shop.SaysGoodbyeAsync();

        await visitor.GoToAsync(server.Shop.Address);
        await visitor.Shop.LeaveAsync("sign-in");
        await visitor.Login.ShownAsync();
    }

    [Fact]
    public async Task WithoutScript_SignInAndOutHere()
    {
        var visitor = await OpenBrowserAsync(script: false);
        await visitor.SignInAsync(server.NextPerson());
        await visitor.Page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visitor.SignOut.DoneAsync();
    }
}

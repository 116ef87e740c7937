using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>Signing out loads the client's frame, past the policy of our page, before the browser goes back to it.</summary>
public sealed class FrontChannelStory(ShopServer server, Chromium chromium) : Story(server, chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignOut_TheClientsFrameIsLoaded_BackAtTheShop(bool script)
    {
        var visitor = await OpenBrowserAsync(script);
        await visitor.GoToAsync(
            $"/connect/authorize?response_type=code&client_id={Shop.ToldClientId}&scope=openid&redirect_uri={Uri.EscapeDataString(server.Shop.CallbackAddress)}");
        await visitor.Login.SignInAsync(server.NextPerson());
        await visitor.Shop.WelcomesAsync();
        var before = server.Shop.Frames.Count;

        await visitor.GoToAsync(
            $"/connect/endsession?client_id={Shop.ToldClientId}&state=basket-8&post_logout_redirect_uri={Uri.EscapeDataString(server.Shop.FarewellAddress)}");
        await visitor.SignOut.ConfirmAsync();
        if (!script)
        {
            await visitor.SignOut.DoneAsync();
            await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Continue" }).ClickAsync();
        }

        await visitor.Shop.SaysGoodbyeAsync();
        await Expect(visitor.Shop.Received("state")).ToHaveTextAsync("basket-8");
        var query = Assert.Single(server.Shop.Frames.Skip(before));
        Assert.StartsWith($"?iss={Uri.EscapeDataString(server.Address)}&sid=", query, StringComparison.Ordinal);
    }
}

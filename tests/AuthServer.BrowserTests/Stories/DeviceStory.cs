using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>A television without a keyboard is connected from a telephone, and disconnected again.</summary>
public sealed class DeviceStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connected_OutlivesTheSignOut_UntilItIsRemoved(bool script)
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync(script);
        using var television = new Television(server.Address);
        await television.AskAsync();

        await visitor.Page.GotoAsync(television.CompleteAddress);
        await visitor.Login.SignInAsync(person);
        await visitor.Device.ShownAsync();
        await Expect(visitor.Device.Code).ToHaveValueAsync(television.UserCode);
        await visitor.Device.ContinueAsync();
        await visitor.Device.AskedAsync();
        await Expect(visitor.Page.GetByText(television.UserCode)).ToBeVisibleAsync();
        Assert.Equal("authorization_pending", await television.PollAsync());
        await visitor.Consent.AllowAsync();
        await visitor.Device.SaysAsync("The device is connected");
        Assert.Equal("connected", await television.PollAsync());

        await visitor.GoToAsync(SignOutPage.Path);
        await visitor.SignOut.ConfirmAsync();
        await visitor.SignOut.DoneAsync();
        Assert.Equal("connected", await television.RefreshAsync());

        await visitor.SignInAsync(person);
        await visitor.GoToAsync(ConnectedAppsPage.Path);
        await visitor.ConnectedApps.RemoveDeviceAsync("Demo television");
        await visitor.Withdraw.AskedAsync("Remove this device?");
        await visitor.Withdraw.ConfirmAsync("Remove device");
        await visitor.Withdraw.DoneAsync("The device is removed");
        Assert.Equal("invalid_grant", await television.RefreshAsync());
    }

    [Fact]
    public async Task Denied_TheDeviceIsTold()
    {
        var visitor = await OpenBrowserAsync();
        await visitor.SignInAsync(await server.NewPersonAsync());
        using var television = new Television(server.Address);
        await television.AskAsync();

        await visitor.GoToAsync(DevicePage.Path);
        await Expect(visitor.Device.Code).ToBeFocusedAsync();
        await visitor.Page.Keyboard.TypeAsync(television.UserCode.ToLowerInvariant().Replace('-', ' '));
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Device.AskedAsync();
        await visitor.Consent.DenyAsync();

        await visitor.Device.SaysAsync("The device was not connected");
        Assert.Equal("access_denied", await television.PollAsync());
    }
}

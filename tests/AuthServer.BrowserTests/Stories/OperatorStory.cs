using AuthServer.BrowserTests.Fixtures;
using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Stories;

/// <summary>The operator at two in the morning: finds who must be shut out, sees what will fall, does it, and can show it afterwards.</summary>
public sealed class OperatorStory(DemoServer server, Chromium chromium) : Story(server, chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UserShutOut_TheirTabIsSignedOutAtItsNextRequest(bool script)
    {
        var person = await server.NewPersonAsync();
        var visitor = await OpenBrowserAsync();
        await visitor.GetTokensAsync(person);
        var admin = await OpenBrowserAsync(script: script);
        await admin.SignInAsync(Person.Alice);
        await admin.GoToAsync("/admin");
        await admin.Operator.ShownAsync("Overview");

        await admin.Operator.FindUserAsync(person);
        await Expect(admin.Operator.Tree).ToContainTextAsync("Playground");
        await admin.Operator.FollowAsync("Disable");
        await admin.Operator.ShownAsync("Disable this user?");
        await Expect(admin.Operator.Tree).ToContainTextAsync("Playground loses access");

        // Looking takes nothing away.
        await visitor.Playground.CheckAsync();
        await visitor.Playground.AliveAsync(Token.Refresh);

        await admin.Operator.ConfirmAsync("Disable", "phished at two in the morning");
        await admin.Operator.ShownAsync("User disabled");
        await Expect(admin.Operator.Receipt).ToContainTextAsync("phished at two in the morning");
        await visitor.Playground.CheckAsync();
        await visitor.Playground.DeadAsync(Token.Access, "withdrawn elsewhere");
        await visitor.GoToAsync(SessionsPage.Path);
        await visitor.Login.ShownAsync();

        await admin.Operator.GoAsync("Revocations");
        await Expect(admin.Operator.Row("phished at two in the morning").First).ToContainTextAsync(person.Email);
        await admin.Operator.FollowAsync("Check the seals");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Check the seals" }).ClickAsync();
        await Expect(admin.Operator.Notice).ToContainTextAsync("Every seal holds");
    }

    [Fact]
    public async Task ManyAtOnce_ItGoesOnWhoeverLooks()
    {
        var person = await server.NewPersonAsync();
        var (laptop, phone, admin) = (await OpenBrowserAsync(), await OpenBrowserAsync(), await OpenBrowserAsync());
        await laptop.SignInAsync(person);
        await phone.SignInAsync(person);
        await admin.SignInAsync(Person.Alice);

        await admin.GoToAsync($"/admin/access?user={Uri.EscapeDataString(person.Email)}");

        await Expect(admin.Operator.Row(person.Email)).ToHaveCountAsync(2);
        foreach (var box in await admin.Operator.Row(person.Email).GetByRole(AriaRole.Checkbox).AllAsync())
        {
            await box.CheckAsync();
        }

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Withdraw the selected" }).ClickAsync();
        await admin.Operator.ShownAsync("Withdraw 2 sessions?");
        await admin.Operator.ConfirmAsync("Withdraw 2 sessions", "two lost bags");
        await admin.Operator.ShownAsync("Bulk withdrawal, done");
        await Expect(admin.Operator.Row("two lost bags")).ToHaveCountAsync(2);
        foreach (var device in new[] { laptop, phone })
        {
            await device.GoToAsync(SessionsPage.Path);
            await device.Login.ShownAsync();
        }
    }
}

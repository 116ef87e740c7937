using System.Net;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Cascade;

/// <summary>What <c>/api/explain</c> says of a device code (RFC 8628), from the device's request to its removal.</summary>
public sealed class DeviceExplanationTests(SqliteServer server) : TriggerFacts(server), IClassFixture<SqliteServer>
{
    private DeviceParty Tv { get; } = new(server.Client("tv"));

    [Fact]
    public async Task A_device_code_is_explained_at_every_step()
    {
        var (admin, owner) = (await OperatorAsync(), NewBrowser());
        await owner.SignInAsync(Bob);
        var asked = await Tv.AskAsync();

        Assert.Equal(("true", null), await ExplainAsync(admin, asked));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(owner, asked)).Status);
        await DeviceParty.DecideAsync(owner, asked);
        Assert.Equal(("true", null), await ExplainAsync(owner, asked));
        var tokens = (await Tv.PollAsync(asked)).ShouldBeOk();
        Assert.Equal(("false", "redeemed"), await ExplainAsync(owner, asked));
        await Tv.Client.RevokeAsync(tokens.RefreshToken);
        Assert.Equal(("false", "family_revoked"), await ExplainAsync(admin, asked));
        Assert.Equal(("false", "family_revoked"), await ExplainAsync(owner, asked));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(await SignedInAsync(await Server.NewPersonAsync()), asked)).Status);
    }

    [Fact]
    public async Task Denied_and_expired_codes_are_told_as_such()
    {
        var denied = await Tv.AskAsync();
        await DeviceParty.DecideAsync(await SignedInAsync(Bob), denied, "deny");
        var admin = await OperatorAsync();
        Assert.Equal(("false", "denied"), await ExplainAsync(admin, denied));
        var page = await admin.SubmitAsync((await admin.GetAsync("/admin/explain")).MainForm()!, ("token", denied.Member("device_code")!));
        Assert.Contains("denied it the access", page.Body, StringComparison.Ordinal);

        var late = await Tv.AskAsync();
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("false", "expired"), await ExplainAsync(await OperatorAsync(), late));
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }

    private static Task<Answer> CallAsync(Browser asker, Answer asked) =>
        asker.CallAsync(HttpMethod.Post, "/api/explain", new { token = asked.Member("device_code") });

    private static async Task<(string? Alive, string? Reason)> ExplainAsync(Browser asker, Answer asked)
    {
        var told = (await CallAsync(asker, asked)).ShouldBeOk();
        return (told.Member("alive"), told.Member("reason"));
    }
}

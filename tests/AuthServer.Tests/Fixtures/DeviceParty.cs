using System.Net;
using AuthServer.Device;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Fixtures;

/// <summary>A client on a device without a browser: shows a code, polls, and gets its tokens (RFC 8628).</summary>
public sealed class DeviceParty(RelyingParty client)
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:device_code";

    public RelyingParty Client => client;

    public Task<Answer> AskAsync(string? scope = null) => client.PostAsync("/connect/device", [("scope", scope ?? client.Registration.Scope)]);

    public Task<Answer> PollAsync(Answer asked) => PollAsync(asked.Member("device_code")!);

    public Task<Answer> PollAsync(string deviceCode) =>
        client.PostAsync("/connect/token", [("grant_type", GrantType), ("device_code", deviceCode)]);

    /// <summary>Somebody who is signed in types the code; this is what they are asked then.</summary>
    public static async Task<Page> TypeAsync(Browser browser, string userCode)
    {
        var page = await browser.GetAsync("/device");
        var answer = await browser.SubmitAsync(page.FormWith("user_code")!, ("user_code", userCode));
        return answer.Location is { } location ? await browser.GetAsync(location) : answer;
    }

    /// <summary>Somebody who is signed in types the code and decides; this is what they read then.</summary>
    public static async Task<Page> DecideAsync(Browser browser, Answer asked, string decision = "allow")
    {
        var consent = await TypeAsync(browser, asked.Member("user_code")!);
        var done = await browser.SubmitAsync(consent.FormWith("decision")!, ("decision", decision));
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        return await browser.GetAsync(done.Location!);
    }

    /// <summary>What the server keeps of it.</summary>
    public static Task<DeviceAuthorization> RowAsync(AuthServerFactory server, Answer asked)
    {
        Assert.True(UserCode.TryParse(asked.Member("user_code"), out var code));
        var hash = code.Hash;
        return server.ReadAsync(db => db.DeviceAuthorizations.AsNoTracking().SingleAsync(d => d.UserCodeHash == hash));
    }

    /// <summary>The whole way, allowed by whoever is signed in in <paramref name="browser"/>.</summary>
    public async Task<Answer> ConnectAsync(Browser browser, string? scope = null)
    {
        var asked = (await AskAsync(scope)).ShouldBeOk();
        Assert.Equal("The device is connected", (await DecideAsync(browser, asked)).Heading);
        return (await PollAsync(asked)).ShouldBeOk();
    }
}

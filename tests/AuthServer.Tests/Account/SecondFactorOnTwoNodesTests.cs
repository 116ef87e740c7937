using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Account;

/// <summary>RFC 6238 §5.2: a code that one node has accepted is good at no other.</summary>
public sealed class SecondFactorOnTwoNodesTests : IAsyncLifetime
{
    private readonly PostgreSqlServer _a = new();
    private readonly SecondNode _b;

    public SecondFactorOnTwoNodesTests() => _b = new(_a);

    public async ValueTask InitializeAsync()
    {
        await _a.InitializeAsync();
        await _b.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _b.DisposeAsync();
        await _a.DisposeAsync();
    }

    [Fact]
    public async Task Of_four_who_send_the_same_code_at_once_one_is_signed_in()
    {
        var person = await _a.NewPersonAsync();
        var app = await Fixtures.SecondFactor.SetUpAsync(_a, person);
        var steps = new List<(Browser Browser, PageForm Form)>();
        foreach (var node in new AuthServerFactory[] { _a, _b, _a, _b })
        {
            var browser = new Browser(node);
            var page = await browser.GetAsync((await browser.SignInAsync(person)).Location!);
            steps.Add((browser, page.FormWith("Input.TwoFactorCode")!));
        }

        var code = app.Code();
        var signedIn = await Task.WhenAll(steps.Select(async step =>
        {
            await step.Browser.SubmitAsync(step.Form, ("Input.TwoFactorCode", code));
            return await step.Browser.IsSignedInAsync();
        }));

        Assert.Single(signedIn, one => one);
        Assert.Equal(1, await _a.ReadAsync(db => db.UsedOnce.CountAsync(TestContext.Current.CancellationToken)));
    }
}

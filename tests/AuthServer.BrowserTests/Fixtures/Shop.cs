using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>
/// A client at another <b>site</b> (127.0.0.1, while the server is at localhost): its redirects are held against the server's
/// <c>form-action</c>, and what it posts arrives without the server's Lax cookies. It shows what it was sent.
/// </summary>
public sealed class Shop : IAsyncDisposable
{
    public const string ClientId = "shop";

    /// <summary>The same shop as a client that is told of logouts in a frame.</summary>
    public const string ToldClientId = "told-shop";

    private readonly ConcurrentQueue<string> frames = new();
    private WebApplication? app;
    private string server = "";

    public string Address { get; private set; } = "";

    public string CallbackAddress => $"{Address}/callback";

    public string FarewellAddress => $"{Address}/bye";

    public string FrameAddress => $"{Address}/frame";

    /// <summary>The queries that its frame was loaded with.</summary>
    public IReadOnlyCollection<string> Frames => frames;

    public async Task OpenAsync(string serverAddress)
    {
        server = serverAddress;
        if (app is not null)
        {
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/", Door);
        app.MapGet("/callback", (HttpRequest request) => Show("Welcome to the shop", request.Query));
        app.MapPost("/callback", async (HttpRequest request) => Show("Welcome to the shop", await request.ReadFormAsync()));
        app.MapGet("/bye", (HttpRequest request) => Show("Come again", request.Query));
        app.MapGet("/frame", (HttpRequest request) =>
        {
            frames.Enqueue(request.QueryString.Value ?? "");
            return Page("Signed out", "");
        });
        app.MapGet("/favicon.ico", () => Results.NoContent());
        await app.StartAsync();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    /// <summary>The ways in and out, as links and as forms that post to the server from another site.</summary>
    private IResult Door() => Page("Corner shop",
        $"""
        <p><a id="sign-in" href="{server}/connect/authorize?{Query("query")}">Sign in</a></p>
        <p><a id="sign-in-form-post" href="{server}/connect/authorize?{Query("form_post")}">Sign in, answer by form_post</a></p>
        <form method="post" action="{server}/connect/authorize">{string.Concat(Request("query").Select(p => $"<input type=hidden name={p.Key} value='{p.Value}'>"))}
        <button id="sign-in-by-post">Sign in, asked by POST</button></form>
        <p><a id="sign-out" href="{server}/connect/endsession?client_id={ClientId}&amp;post_logout_redirect_uri={Uri.EscapeDataString(FarewellAddress)}">Sign out</a></p>
        <form method="post" action="{server}/connect/endsession"><input type="hidden" name="client_id" value="{ClientId}">
        <input type="hidden" name="post_logout_redirect_uri" value="{FarewellAddress}"><button id="sign-out-by-post">Sign out, asked by POST</button></form>
        """);

    private Dictionary<string, string> Request(string responseMode) => new(StringComparer.Ordinal)
    {
        ["response_type"] = "code",
        ["client_id"] = ClientId,
        ["redirect_uri"] = CallbackAddress,
        ["scope"] = "openid profile email orders.read",
        ["state"] = "basket-7",
        ["response_mode"] = responseMode,
    };

    private string Query(string responseMode) => string.Join("&amp;", Request(responseMode).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));

    private static IResult Show(string title, IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> received) => Page(title,
        $"<dl>{string.Concat(received.Select(p => $"<dt>{WebUtility.HtmlEncode(p.Key)}</dt><dd id='{WebUtility.HtmlEncode(p.Key)}'>{WebUtility.HtmlEncode(p.Value.ToString())}</dd>"))}</dl>");

    private static IResult Page(string title, string body) =>
        Results.Content($"<!DOCTYPE html><html lang=\"en\"><title>{title}</title><h1>{title}</h1>{body}</html>", "text/html", Encoding.UTF8);
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.BrowserTests.Interop;

/// <summary>A page of another site, with oidc-client-ts as its authors publish it.</summary>
internal sealed class SinglePage : IAsyncDisposable
{
    public const string ClientId = "single-page";

    private WebApplication? app;

    /// <summary>Its origin.</summary>
    public string Address { get; private set; } = "";

    public async Task OpenAsync(string server)
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        var settings = new JsonObject { ["authority"] = server, ["client_id"] = ClientId, ["scope"] = "openid profile email" }.ToJsonString();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/", () => Results.File(Node.PathTo("oidc-client-ts/index.html"), "text/html"));
        app.MapGet("/page.js", () => Results.File(Node.PathTo("oidc-client-ts/page.js"), "text/javascript"));
        app.MapGet("/oidc-client-ts.min.js", () => Results.File(Node.PathTo("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"), "text/javascript"));
        app.MapGet("/settings.json", () => Results.Text(settings, "application/json"));
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
}

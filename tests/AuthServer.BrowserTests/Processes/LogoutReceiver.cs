using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A client's back-channel logout endpoint, which is out of order until it accepts.</summary>
internal sealed class LogoutReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Call> refused = new();
    private readonly ConcurrentQueue<Call> accepted = new();
    private WebApplication? app;
    private int held;

    public string Address { get; private set; } = "";

    public bool Accepts { get; set; }

    /// <summary>Takes what comes and does not answer at all.</summary>
    public bool Holds { get; set; }

    /// <summary>How many were left without an answer.</summary>
    public int Held => held;

    /// <summary>What was answered with 503.</summary>
    public IReadOnlyCollection<Call> Refused => refused;

    /// <summary>What was answered with 200.</summary>
    public IReadOnlyCollection<Call> Accepted => accepted;

    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/logout", ReceiveAsync);
        await app.StartAsync();
        Address = $"{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/logout";
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var call = new Call(request.ContentType, [.. form.Keys], form["logout_token"].ToString());
        if (Holds)
        {
            Interlocked.Increment(ref held);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.HttpContext.RequestAborted);
        }

        if (!Accepts)
        {
            refused.Enqueue(call);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        accepted.Enqueue(call);
        return Results.Ok();
    }

    /// <summary>What was posted.</summary>
    internal sealed record Call(string? ContentType, IReadOnlyList<string> Fields, string LogoutToken);
}

using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AuthServer.Tests.Telemetry;

/// <summary>Takes what is sent by OTLP over HTTP, as it comes: text is text in there.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Channel<string>> _received = new(StringComparer.Ordinal);
    private WebApplication? _app;

    public string Address => _app!.Urls.First();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            At(context.Request.Path).Writer.TryWrite(Encoding.Latin1.GetString(body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await _app.StartAsync();
    }

    /// <summary>Everything that came to <paramref name="path"/> until <paramref name="last"/> was in it.</summary>
    public async Task<string> ReadUntilAsync(string path, string last, CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        await foreach (var text in At(path).Reader.ReadAllAsync(cancellationToken))
        {
            all.Append(text);
            if (text.Contains(last, StringComparison.Ordinal))
            {
                break;
            }
        }

        return all.ToString();
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Channel<string> At(string? path) => _received.GetOrAdd(path ?? "", _ => Channel.CreateUnbounded<string>());
}

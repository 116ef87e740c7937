using System.Net;
using AuthServer.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Outbound;

/// <summary>Over real sockets: what is refused, and what an answer may be.</summary>
public sealed class OutboundHttpTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _never = new();
    private WebApplication? _receiver;
    private int _calls;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Address => new(_receiver!.Urls.First());

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.Urls.Add("http://127.0.0.1:0");
        _receiver.Use((context, next) =>
        {
            Interlocked.Increment(ref _calls);
            return next(context);
        });
        _receiver.MapPost("/ok", (HttpContext context) => Results.Text(string.Join(',', context.Request.Headers.Keys.Order(StringComparer.Ordinal))));
        _receiver.MapPost("/elsewhere", () => Results.Redirect("/ok", preserveMethod: true));
        _receiver.MapPost("/cookie", (HttpContext context) =>
        {
            context.Response.Cookies.Append("seen", "yes");
            return Results.Text(context.Request.Cookies.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        _receiver.MapPost("/much", () => Results.Bytes(new byte[1_000_000]));
        _receiver.MapPost("/never", () => _never.Task);
        await _receiver.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _never.TrySetResult();
        await _receiver!.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task A_private_address_is_refused_however_it_is_written(string host)
    {
        var refused = await Assert.ThrowsAsync<OutboundException>(() => PostAsync(Http(), new UriBuilder(Address) { Host = host, Path = "/ok" }.Uri));

        Assert.EndsWith("is not public, and AuthServer:Outbound:Allow does not name its network.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task An_allowed_network_is_called_without_a_trace_of_us()
    {
        var answer = await PostAsync(Http("127.0.0.0/8"), new Uri(Address, "/ok"));

        Assert.Equal((HttpStatusCode.OK, true), (answer.Status, answer.IsWhole));
        Assert.Equal("Content-Length,Content-Type,Host", System.Text.Encoding.ASCII.GetString(answer.Body.Span));
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        Assert.Equal(HttpStatusCode.TemporaryRedirect, (await PostAsync(Http("127.0.0.0/8"), new Uri(Address, "/elsewhere"))).Status);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        var http = Http("127.0.0.0/8");
        await PostAsync(http, new Uri(Address, "/cookie"));

        Assert.Equal("0"u8.ToArray(), (await PostAsync(http, new Uri(Address, "/cookie"))).Body.ToArray());
    }

    [Fact]
    public async Task Of_a_long_answer_only_the_beginning_is_read()
    {
        var answer = await PostAsync(Http("127.0.0.0/8"), new Uri(Address, "/much"));

        Assert.Equal((1000, false), (answer.Body.Length, answer.IsWhole));
    }

    [Fact]
    public async Task Who_does_not_answer_is_left_after_five_seconds()
    {
        var fault = await Assert.ThrowsAsync<OutboundException>(() => PostAsync(Http("127.0.0.0/8"), new Uri(Address, "/never")));

        Assert.Equal("No answer within 5 seconds.", fault.Message);
    }

    [Fact]
    public async Task Nobody_there_is_said_in_words()
    {
        var http = Http("127.0.0.0/8");

        Assert.Equal("The host's name does not resolve.", (await Assert.ThrowsAsync<OutboundException>(() => PostAsync(http, new("https://nobody.invalid/")))).Message);
        Assert.Equal("No connection to the host.", (await Assert.ThrowsAsync<OutboundException>(() => PostAsync(http, new("http://127.0.0.1:1/")))).Message);
        Assert.Equal(
            "The host's TLS certificate is not trusted, or TLS failed.",
            (await Assert.ThrowsAsync<OutboundException>(() => PostAsync(http, new UriBuilder(Address) { Scheme = "https" }.Uri))).Message);
    }

    private static async Task<OutboundAnswer> PostAsync(OutboundHttp http, Uri uri)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new FormUrlEncodedContent([new("a", "b")]) };
        return await http.SendAsync(request, 1000, Cancellation);
    }

    private static OutboundHttp Http(params string[] allow)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new HastyClock());
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = "Production" });
        services.AddOptions<AuthServerOptions>().Configure(options =>
        {
            foreach (var network in allow)
            {
                options.Outbound.Allow.Add(network);
            }
        });
        services.AddOutbound();
        return services.BuildServiceProvider().GetRequiredService<OutboundHttp>();
    }

    /// <summary>Its seconds are short.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == OutboundHttp.Limit ? TimeSpan.FromSeconds(0.5) : dueTime, period);
    }
}

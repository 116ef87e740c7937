using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;

namespace AuthServer.Tests.Fixtures;

/// <summary>Somebody who is called by the server, and keeps what they were sent.</summary>
public sealed class Receiver
{
    private readonly Channel<string> _arrivals = Channel.CreateUnbounded<string>();

    /// <summary>The forms that were posted, as they came.</summary>
    public ConcurrentQueue<string> Forms { get; } = [];

    private int _fetches;

    /// <summary>How often it was asked for something.</summary>
    public int Fetches => _fetches;

    /// <summary>What is answered.</summary>
    public Func<CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = Always(HttpStatusCode.OK);

    public static Func<CancellationToken, Task<HttpResponseMessage>> Always(HttpStatusCode status, string? body = null) =>
        _ => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body ?? "") });

    /// <summary>Answers nothing until the test lets go.</summary>
    public TaskCompletionSource<HttpResponseMessage> Hang()
    {
        var held = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer = cancellationToken => held.Task.WaitAsync(cancellationToken);
        return held;
    }

    /// <summary>Waits for the next call.</summary>
    public async Task<string> ArrivalAsync() =>
        await _arrivals.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    internal async Task<HttpResponseMessage> ReceiveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            Interlocked.Increment(ref _fetches);
            return await Answer(cancellationToken);
        }

        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal("application/x-www-form-urlencoded", request.Content!.Headers.ContentType!.MediaType);
        var form = await request.Content.ReadAsStringAsync(cancellationToken);
        Forms.Enqueue(form);

        // The one that was set when it came: who is told of the arrival may set another.
        var answer = Answer(cancellationToken);
        _arrivals.Writer.TryWrite(form);
        return await answer;
    }
}

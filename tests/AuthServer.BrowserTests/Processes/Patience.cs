namespace AuthServer.BrowserTests.Processes;

/// <summary>Waits for something to be seen from outside, and not for ever.</summary>
internal static class Patience
{
    public static Task UntilAsync(Func<bool> seen, TimeSpan longest, Func<string> otherwise) =>
        UntilAsync(() => Task.FromResult(seen()), longest, otherwise);

    public static async Task UntilAsync(Func<Task<bool>> seen, TimeSpan longest, Func<string> otherwise)
    {
        using var end = new CancellationTokenSource(longest, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await seen())
        {
            try
            {
                await timer.WaitForNextTickAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail(otherwise());
            }
        }
    }
}

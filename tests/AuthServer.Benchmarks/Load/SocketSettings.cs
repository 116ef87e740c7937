namespace AuthServer.Benchmarks.Load;

/// <summary>
/// Answers are read on the one thread that waits for them, without a thread pool between: that takes the least of the processors that the server needs.
/// The runtime reads this at the first socket; the processes that are started do not inherit it.
/// </summary>
internal static class SocketSettings
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Threads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    public static IEnumerable<string> Names => [Inline, Threads];

    public static void Apply()
    {
        foreach (var name in Names)
        {
            Environment.SetEnvironmentVariable(name, "1");
        }
    }
}

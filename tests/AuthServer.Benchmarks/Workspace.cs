namespace AuthServer.Benchmarks;

/// <summary>Where the source is, and where a run may keep its files: on the disk that the source is on, because flushing is part of what is measured.</summary>
internal static class Workspace
{
    public static string Artifacts => Path.Combine(Root(), "artifacts", "benchmarks");

    /// <exception cref="BenchmarkException">This program was taken away from its source.</exception>
    public static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "AuthServer.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new BenchmarkException("The source, of which the server is published, is not here.");
    }

    public static string NewDirectory() =>
        Directory.CreateDirectory(Path.Combine(Artifacts, $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}")).FullName;
}

using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AuthServer.Benchmarks.Micro;

/// <summary>BenchmarkDotNet over the hot pieces, with its own options.</summary>
internal static class MicroCommand
{
    public static void Run(string[] arguments)
    {
        // In this process: the project that BenchmarkDotNet would make of its own knows neither our package versions nor our output folders.
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine(Workspace.Artifacts, "micro"));
        BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, config);
    }
}

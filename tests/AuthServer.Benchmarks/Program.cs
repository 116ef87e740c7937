using AuthServer.Benchmarks.Limits;
using AuthServer.Benchmarks.Load;
using AuthServer.Benchmarks.Micro;

namespace AuthServer.Benchmarks;

/// <summary><c>load</c> drives the published server; <c>limits</c>, which <c>load</c> starts, is what the machine can do; <c>micro</c> measures single pieces.</summary>
internal static class Program
{
    private const string Usage =
        """
        load  [options]            drives the published server, and the limits beside it; "load --help" tells the options
        micro [BenchmarkDotNet's]  measures the hot pieces by themselves
        """;

    public static async Task<int> Main(string[] args)
    {
        try
        {
            switch (args)
            {
                case ["load", .. var options]:
                    return await LoadCommand.RunAsync(options);
                case ["limits", var port, var database]:
                    await LimitServer.RunAsync(port, database);
                    return 0;
                case ["micro", .. var options]:
                    MicroCommand.Run(options);
                    return 0;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 2;
            }
        }
        catch (BenchmarkException fault)
        {
            await Console.Error.WriteLineAsync($"\n{fault.Message}");
            return 1;
        }
    }
}

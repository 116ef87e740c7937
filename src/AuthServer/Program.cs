using AuthServer;

try
{
    FirstUses.Begin();
    var builder = AuthServerHost.CreateBuilder(args);
    await using var app = builder.Build();
    if (await app.MakeReadyAsync(args))
    {
        await app.RunAsync();
    }

    return 0;
}
catch (Exception fault) when (StartupFault.Explain(fault) is { } explanation)
{
    await Console.Error.WriteLineAsync(explanation);
    return 1;
}

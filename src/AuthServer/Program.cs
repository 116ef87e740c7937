using AuthServer;

try
{
    var builder = AuthServerHost.CreateBuilder(args);
    await using var app = builder.Build();
    app.UseAuthServer();
    if (await app.PrepareAsync(args))
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

using AuthServer;

var builder = AuthServerHost.CreateBuilder(args);
var app = builder.Build();
app.UseAuthServer();
if (await app.PrepareAsync(args))
{
    await app.RunAsync();
}

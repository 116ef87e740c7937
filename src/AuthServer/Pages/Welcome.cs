using AuthServer.Protocol;

namespace AuthServer.Pages;

/// <summary>Says on the console, in Development, where to go and how to sign in.</summary>
internal static partial class Welcome
{
    public static void SayWelcome(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            var issuer = app.Services.GetRequiredService<Issuer>().Value;
            var people = string.Join(
                " or ", DemoAccounts.All.Select(account => $"{account.Email} / {account.Password}{(account.Admin ? " (operator)" : "")}"));
            app.Lifetime.ApplicationStarted.Register(() => LogWelcome(app.Logger, issuer, issuer + "/playground", people));
        }
    }

    [LoggerMessage(4001, LogLevel.Information,
        "AuthServer is ready.\n  Open        {Address}\n  Try it at   {Playground}\n  Sign in as  {People}\n  (the demo accounts of a database made in Development)")]
    private static partial void LogWelcome(ILogger logger, string address, string playground, string people);
}

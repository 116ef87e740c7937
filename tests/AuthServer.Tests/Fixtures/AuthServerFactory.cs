using AuthServer.Account;
using AuthServer.BackChannelLogout;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Mail;
using AuthServer.Outbound;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Fixtures;

/// <summary>
/// The whole server as in production, on a database of its own, with a clock that a test moves, a watch on its statements and its log kept.
/// Clients, scopes and people come from <c>import.json</c>. A test may only move the clock forward: the tests of a class share one server.
/// </summary>
public abstract class AuthServerFactory(DatabaseProvider provider, LogLevel? logLevel = null, AuthServerFactory? beside = null)
    : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Issuer = "https://auth.example";

    private TestDatabase? _database;

    public MovableClock Clock { get; } = beside?.Clock ?? new();

    public Watch Watch { get; } = new();

    public LogCapture Log { get; } = new();

    /// <summary>Whoever this server calls.</summary>
    public Receivers Receivers { get; } = new();

    /// <summary>Speaks to the server; keeps no cookies, follows nothing.</summary>
    public HttpClient Http
    {
        get
        {
            if (field is null)
            {
                Secrets.InnerHandler = Server.CreateHandler();
                field = new HttpClient(Secrets) { BaseAddress = new Uri(Issuer) };
            }

            return field;
        }
    }

    /// <summary>What must not be in the log.</summary>
    public SecretsSeen Secrets { get; } = new();

    public virtual async ValueTask InitializeAsync()
    {
        _database = beside?._database ?? await TestDatabase.CreateAsync(provider);
        _ = Server;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null && beside is null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        Secrets.ShouldNotBeIn(Log);
    }

    /// <summary>A client of <c>import.json</c>.</summary>
    public RelyingParty Client(string clientId) => new(this, Registration.Of(clientId));

    /// <summary>Somebody whom no test has seen before.</summary>
    public async Task<Person> NewPersonAsync()
    {
        var person = new Person($"p{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.com", "a password of theirs");
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var created = await users.CreateAsync(new User { UserName = person.Email, Email = person.Email, UpdatedAt = Clock.Now }, person.Password);
        Assert.True(created.Succeeded, created.ToString());
        return person;
    }

    /// <summary>Somebody who is asked for a code after the password, with their recovery codes.</summary>
    public async Task<(Person Person, IReadOnlyList<string> RecoveryCodes)> NewPersonWithSecondFactorAsync()
    {
        var person = await NewPersonAsync();
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = (await users.FindByEmailAsync(person.Email))!;
        await users.ResetAuthenticatorKeyAsync(user);
        await users.SetTwoFactorEnabledAsync(user, enabled: true);
        return (person, [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 5))!]);
    }

    /// <summary>Sends the mail that is owed, and returns what ever came for <paramref name="address"/>, the newest first.</summary>
    internal async Task<IReadOnlyList<KeptMail>> MailOfAsync(string address)
    {
        await Services.GetRequiredService<AccountMails>().RunOnceAsync(CancellationToken.None);
        return [.. Services.GetRequiredService<Mailbox>().Mails.Where(mail => mail.To == address)];
    }

    /// <summary>Reads through a context of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<AuthServerDbContext, Task<T>> read)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<AuthServerDbContext>>().CreateDbContextAsync();
        return await read(db);
    }

    /// <summary>Withdraws, as an operator does.</summary>
    public Task<RevocationReceipt> WithdrawAsync(RevocationTarget target, RevocationCause cause) => Services.GetRequiredService<RevocationCascade>()
        .RevokeAsync(target, cause, new RevocationActor(RevocationActorKind.Operator, Id: null, Address: null, CorrelationId: null), CancellationToken.None);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("AuthServer:Issuer", Issuer);
        builder.UseSetting("AuthServer:Import", Registration.File);
        builder.UseSetting("DataProtection:Certificate:Path", TestCertificate.Path);
        foreach (var (key, value) in _database!.Configuration)
        {
            builder.UseSetting(key, value);
        }

        if (logLevel is { } level)
        {
            foreach (var category in new[] { "Default", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore" })
            {
                builder.UseSetting($"Logging:LogLevel:{category}", level.ToString());
            }
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);

            // Nothing is called that no test answers for, and deliveries are sent when a test says so.
            services.AddHttpClient(OutboundHttp.ClientName).ConfigurePrimaryHttpMessageHandler(() => Receivers);
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(DeliveryLoop)));
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(MailLoop)));
            services.AddSingleton(new Mailbox(open: true));
            services.ConfigureDbContext<AuthServerDbContext>(context => context.AddInterceptors(Watch));
            services.AddSingleton(Watch.BelowEf());

            // Hashing is slow on purpose; no test here is about that.
            services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 100);
        });
    }
}

/// <summary>The server on SQLite.</summary>
public sealed class SqliteServer() : AuthServerFactory(DatabaseProvider.Sqlite);

/// <summary>The server on SQLite, where people may register, and fail as often as they like.</summary>
public sealed class OpenServer() : AuthServerFactory(DatabaseProvider.Sqlite)
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:Registration", "true");
        builder.UseSetting("AuthServer:RateLimits:Enabled", "false");
    }
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class OpenPostgreSqlServer() : AuthServerFactory(DatabaseProvider.PostgreSql)
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:Registration", "true");
        builder.UseSetting("AuthServer:RateLimits:Enabled", "false");
    }
}

/// <summary>The server on SQLite, which logs whatever it can.</summary>
public sealed class TalkativeServer() : AuthServerFactory(DatabaseProvider.Sqlite, LogLevel.Trace);

/// <summary>The server on PostgreSQL.</summary>
public sealed class PostgreSqlServer() : AuthServerFactory(DatabaseProvider.PostgreSql);

/// <summary>One more node on the database of <paramref name="first"/>, with the same clock.</summary>
public sealed class SecondNode(PostgreSqlServer first) : AuthServerFactory(DatabaseProvider.PostgreSql, beside: first);

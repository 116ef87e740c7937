using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Tests.Fixtures;
using AuthServer.Upkeep;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AuthServer.Tests.Account;

/// <summary>A server where people may register, nothing runs behind the requests, and password hashes are counted.</summary>
public abstract class CountingServer(DatabaseProvider provider) : AuthServerFactory(provider)
{
    private int _hashes;

    /// <summary>What the server did for <paramref name="request"/>: its statements in order, commits, password hashes, and the mails owed since.</summary>
    public async Task<(string Statements, int Commits, int Hashes, int Mails)> WorkOfAsync(Func<Task> request)
    {
        var (statements, commits, hashes, mails) = (Watch.Statements.Count, Watch.Commits, _hashes, await MailsAsync());
        statements++; // The question itself.
        await request();
        var asked = string.Join("\n;\n", Watch.Statements.Skip(statements));
        return (asked, Watch.Commits - commits, _hashes - hashes, await MailsAsync() - mails);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:Registration", "true");
        builder.UseSetting("AuthServer:RateLimits:Enabled", "false");
        builder.ConfigureTestServices(services =>
        {
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(UpkeepLoop)));
            services.AddScoped<IPasswordHasher<User>>(own => new CountingHasher(own.GetRequiredService<IOptions<PasswordHasherOptions>>(), () => Interlocked.Increment(ref _hashes)));
        });
    }

    private Task<int> MailsAsync() => ReadAsync(db => db.OwedMails.CountAsync());

    private sealed class CountingHasher(IOptions<PasswordHasherOptions> options, Action count) : PasswordHasher<User>(options)
    {
        public override string HashPassword(User user, string password)
        {
            count();
            return base.HashPassword(user, password);
        }

        public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            count();
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}

/// <summary>It on SQLite.</summary>
public sealed class SqliteCountingServer() : CountingServer(DatabaseProvider.Sqlite);

/// <summary>It on PostgreSQL.</summary>
public sealed class PostgreSqlCountingServer() : CountingServer(DatabaseProvider.PostgreSql);

using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Tests.Fixtures;
using AuthServer.Upkeep;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthServer.Tests.Growth;

/// <summary>A server whose statements are kept, and whose jobs run when the test says so.</summary>
public sealed class GrownServer(DatabaseProvider provider) : AuthServerFactory(provider)
{
    public Recorder Recorder { get; } = new(provider);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:RateLimits:Enabled", "false");
        builder.ConfigureTestServices(services =>
        {
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(UpkeepLoop)));
            services.ConfigureDbContext<AuthServerDbContext>(context => context.AddInterceptors(Recorder));
            var belowEf = new StatementWatch();
            belowEf.Add(Recorder.See);
            services.AddSingleton(belowEf);
        });
    }
}

using AuthServer.Account;
using AuthServer.Admin;
using AuthServer.Authorize;
using AuthServer.BackChannelLogout;
using AuthServer.Database;
using AuthServer.Device;
using AuthServer.Discovery;
using AuthServer.EndSession;
using AuthServer.Import;
using AuthServer.Introspect;
using AuthServer.Keys;
using AuthServer.Ledger;
using AuthServer.Mail;
using AuthServer.Outbound;
using AuthServer.Pages;
using AuthServer.Protocol;
using AuthServer.Revoke;
using AuthServer.Telemetry;
using AuthServer.Token;
using AuthServer.Upkeep;
using AuthServer.UserInfo;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace AuthServer;

/// <summary>The composition root: one line a slice.</summary>
internal static class AuthServerHost
{
    private const string Migrate = "--migrate";
    private const string Restored = "--restored";

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // These are no settings: configuration would take what follows for their value.
        var settings = args.Where(word => word is not (Migrate or Restored)).ToArray();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A request that waits for a person is in the address, sealed, and once more inside ReturnUrl.
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        });

        var services = builder.Services;
        services.AddSystemd();

        // It chooses a form for the log; who configured one meant it.
        services.AddOptions<ConsoleLoggerOptions>().BindConfiguration("Logging:Console");
        services.AddSingleton(TimeProvider.System);
        services.AddOptions<AuthServerOptions>().BindConfiguration(AuthServerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthServerOptions>, KnownSettings<AuthServerOptions>>();
        services.AddSingleton<IValidateOptions<AuthServerOptions>, AuthServerOptionsValidator>();
        services.AddSingleton<IValidateOptions<AuthServerOptions>, IssuerValidator>();
        services.AddDatabase();
        services.AddKeys();
        services.AddProtocol();
        services.AddOutbound();
        services.AddMail(mailbox: builder.Environment.IsDevelopment());
        services.AddAccount();
        services.AddAuthorize();
        services.AddScoped<WaitingDevices>();
        services.AddToken();
        services.AddSingleton<Introspection>();
        services.AddEndSession();
        services.AddAdmin();
        services.AddBackChannelLogout();
        services.AddImport();
        services.AddLedger();
        services.AddTelemetry();
        services.AddUpkeep();
        services.AddHealth();
        services.AddPages();
        return builder;
    }

    /// <summary>A page lies in its slice's folder; what pages share, in <c>Pages/Shared</c>.</summary>
    private static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<FreshSignIn>();
        services.AddSingleton<IAuthorizationPolicyProvider, PoliciesWithoutCache>();
        services.AddRazorPages(pages =>
        {
            pages.RootDirectory = "/";
            pages.Conventions.ConfigureFilter(new HandledPosts());
            pages.Conventions.AddAreaFolderApplicationModelConvention("Identity", "/Account", page =>
            {
                page.Filters.Add(new HandledPosts());
                page.Filters.Add(new TypeFilterAttribute<ClientForms>());
                page.Filters.Add(new TypeFilterAttribute<LocalReturns>());
                page.Filters.Add(new TypeFilterAttribute<LimitedForms>());
                page.Filters.Add(new TypeFilterAttribute<Presumptions>());
            });
        })
        .ConfigureApplicationPartManager(OwnPages.Keep);

        services.Configure<MvcOptions>(mvc => mvc.Filters.Add(new NulRefusal()));

        // jQuery writes names in brackets and nobody here does; one that has no end would be a fault (500).
        services.Configure<MvcOptions>(mvc =>
        {
            mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
            mvc.ValueProviderFactories.RemoveType<JQueryQueryStringValueProviderFactory>();
        });

        // Nothing reads the attributes that MVC would write for a validating script, and the style attribute among them breaks our own policy.
        services.Configure<MvcViewOptions>(views => views.HtmlHelperOptions.ClientValidationEnabled = false);
        services.Configure<RazorViewEngineOptions>(views =>
        {
            views.PageViewLocationFormats.Add("/Pages/Shared/{0}.cshtml");
            views.AreaPageViewLocationFormats.Add("/Pages/Shared/{0}.cshtml");
        });
    }

    public static void UseAuthServer(this WebApplication app)
    {
        var clients = app.MapGroup("");
        app.UseRequestMetrics();
        app.UseProxies();
        app.UseSecurityHeaders();
        app.UseFaultAnswers();
        app.UseDirectEndpoints(clients);
        app.UseErrorPages();
        app.UseReadableForms();
        app.UseFiles();
        app.UseRouting();
        app.UseEndpointNames();
        app.UseClientCors();
        app.UseEndpointsWithoutSession();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        clients.MapDiscovery();
        clients.MapProtocol<PushEndpoint>("/connect/par", HttpMethods.Post);
        clients.MapProtocol<DeviceEndpoint>("/connect/device", HttpMethods.Post);
        clients.MapProtocol<TokenEndpoint>("/connect/token", HttpMethods.Post).WithClientCors();
        clients.MapProtocol<RevokeEndpoint>("/connect/revoke", HttpMethods.Post).WithClientCors();
        clients.MapProtocol<IntrospectEndpoint>("/connect/introspect", HttpMethods.Post);
        clients.MapProtocol<UserInfoEndpoint>("/connect/userinfo", HttpMethods.Get, HttpMethods.Post).WithClientCors();
        app.MapAdmin();
        app.MapPages();
        app.SayWelcome();
    }

    /// <summary>The pipeline on one processor, the database and the keys on another. False: the command line asked for no more than the latter.</summary>
    public static async Task<bool> MakeReadyAsync(this WebApplication app, string[] args)
    {
        var prepared = Task.Run(() => app.PrepareAsync(args));
        await Task.WhenAll(prepared, Task.Run(app.UseAuthServer));
        return await prepared;
    }

    /// <summary>Makes the database, the keys and what is imported ready. False: the command line asked for no more than that.</summary>
    public static async Task<bool> PrepareAsync(this WebApplication app, string[] args)
    {
        var migrate = args.Contains(Migrate, StringComparer.Ordinal);
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<DatabasePreparation>().PrepareAsync(migrate, app.Lifetime.ApplicationStopping);
        if (args.Contains(Restored, StringComparer.Ordinal))
        {
            await app.Services.GetRequiredService<Restoration>().DeclareAsync(app.Lifetime.ApplicationStopping);
            return false;
        }

        if (migrate)
        {
            return false;
        }

        await app.Services.GetRequiredService<KeyPreparation>().PrepareAsync(app.Lifetime.ApplicationStopping);
        await app.Services.GetRequiredService<ImportPreparation>().PrepareAsync(app.Lifetime.ApplicationStopping);
        await app.Services.GetRequiredService<FirstAdministrator>().PrepareAsync(app.Lifetime.ApplicationStopping);
        return true;
    }
}

using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>People: Identity with its UI, on our context and our sessions.</summary>
internal static class AccountServices
{
    public static void AddAccount(this IServiceCollection services)
    {
        services.AddDefaultIdentity<User>(identity =>
            {
                identity.User.RequireUniqueEmail = true;

                // The context fixes the schema; AddDefaultIdentity would set this for the host alone, not at design time.
                identity.Stores.MaxLengthForKeys = 0;

                // NIST SP 800-63B §5.1.1.2: length counts, composition rules do not.
                identity.Password.RequiredLength = 8;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<AuthServerDbContext>()
            .AddUserManager<Users>()
            .AddSignInManager<SignIn>();
        services.AddScoped(provider => (SignIn)provider.GetRequiredService<SignInManager<User>>());
        services.AddSingleton<DecoyPassword>();
        services.AddSingleton<UnknownNames>();
        services.AddScoped<FailedSignIns>();
        services.AddSingleton<AuthenticatorCodes>();
        services.AddSingleton<Registrations>();
        services.AddScoped<SecurityLog>();
        services.AddScoped<SecurityHistory>();
        services.AddScoped<PersonalData>();
        services.AddScoped<LoginSessions>();
        services.AddScoped<OwnWithdrawals>();
        services.AddSingleton<SealedReceipts>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<AccountMails>();
        services.AddHostedService<MailLoop>();

        // After Identity's own configuration of its cookies.
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SessionCookie>();
        services.AddOptions<AntiforgeryOptions>().Configure<Issuer>(
            (antiforgery, issuer) => HostCookies.Apply(antiforgery.Cookie, issuer, "authserver-form"));
        services.AddOptions<CookieTempDataProviderOptions>().Configure<Issuer>(
            (notice, issuer) => HostCookies.Apply(notice.Cookie, issuer, "authserver-notice"));
    }
}

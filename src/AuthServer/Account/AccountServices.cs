using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Account;

/// <summary>People: Identity with its UI, on our context.</summary>
internal static class AccountServices
{
    public static void AddAccount(this IServiceCollection services)
    {
        services.AddDefaultIdentity<User>(identity =>
            {
                identity.User.RequireUniqueEmail = true;
                identity.Password.RequiredLength = 8;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<AuthServerDbContext>();
    }
}

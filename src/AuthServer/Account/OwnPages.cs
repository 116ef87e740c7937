using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.ApplicationParts;

namespace AuthServer.Account;

/// <summary>Of Identity's pages, those that we made ours are there. Identity UI's own are not: MVC never sees them.</summary>
internal static class OwnPages
{
    public static void Keep(ApplicationPartManager manager)
    {
        var name = typeof(IdentityBuilderUIExtensions).Assembly.GetName().Name;
        foreach (var part in manager.ApplicationParts.Where(part => part.Name == name).ToList())
        {
            manager.ApplicationParts.Remove(part);
        }
    }
}

using Microsoft.AspNetCore.StaticFiles;

namespace AuthServer.Pages;

/// <summary>Style sheets, scripts and pictures: kept by browsers where the address names the version, asked for again elsewhere.</summary>
internal static class StaticFiles
{
    public static void UseFiles(this IApplicationBuilder pipeline) => pipeline.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = Prepare });

    private static void Prepare(StaticFileResponseContext file) => file.Context.Response.Headers.CacheControl =
        file.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache";
}

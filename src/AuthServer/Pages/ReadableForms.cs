using Microsoft.Net.Http.Headers;

namespace AuthServer.Pages;

/// <summary>A body that claims an encoding this platform refuses to decode (UTF-7) is read as UTF-8, as every form is meant to be.</summary>
internal static class ReadableForms
{
    public static void UseReadableForms(this IApplicationBuilder pipeline) => pipeline.Use((context, next) =>
    {
        if (context.Request.ContentType is { } given && given.Contains("charset", StringComparison.OrdinalIgnoreCase)
            && MediaTypeHeaderValue.TryParse(given, out var type) && type.Charset.HasValue && !IsReadable(type))
        {
            type.Charset = null;
            context.Request.ContentType = type.ToString();
        }

        return next(context);
    });

    private static bool IsReadable(MediaTypeHeaderValue type)
    {
        try
        {
            _ = type.Encoding;
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }
}

using Microsoft.AspNetCore.Http.Extensions;

namespace AuthServer.Admin;

/// <summary>The query of a page's own address, with something in it changed: for links that page, sort and filter.</summary>
internal static class Queries
{
    public static string With(this HttpRequest request, params (string Name, string? Value)[] changes)
    {
        var query = new QueryBuilder();
        foreach (var (name, values) in request.Query)
        {
            foreach (var value in values)
            {
                if (!string.IsNullOrEmpty(value) && !changes.Any(change => string.Equals(change.Name, name, StringComparison.OrdinalIgnoreCase)))
                {
                    query.Add(name, value);
                }
            }
        }

        foreach (var (name, value) in changes)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }

        // An empty href is the page with its query as it is.
        var text = query.ToString();
        return text.Length == 0 ? "?" : text;
    }
}

using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Fixtures;

/// <summary>Something that a person's browser can ask for: a handler of a page or an endpoint, with all that it reads from the request.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">As it is mapped, parameters and all.</param>
/// <param name="Handler">Of the page; null: its only one, or no page.</param>
/// <param name="Inputs">By the names they have on the wire.</param>
/// <param name="IsPage">It takes a form; else JSON.</param>
public sealed partial record Place(string Method, string Path, string? Handler, IReadOnlyList<string> Inputs, bool IsPage)
{
    // What clients call, which prove who they are; what says the same to everybody; what is no longer mapped is no place.
    private static readonly string[] Others = ["/.well-known/", "/healthz", "/connect/token", "/connect/introspect", "/connect/revoke", "/connect/userinfo", "/connect/par", "/connect/device"];

    public static async Task<IReadOnlyList<Place>> OfAsync(AuthServerFactory server)
    {
        var places = new List<Place>();
        var loader = server.Services.GetRequiredService<PageLoader>();
        foreach (var endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            var route = endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name).ToList();
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
            {
                var compiled = page as CompiledPageActionDescriptor ?? await loader.LoadAsync(page, EndpointMetadataCollection.Empty);
                places.AddRange(compiled.HandlerMethods.Where(handler => handler.HttpMethod is "Get" or "Post").Select(handler => new Place(
                    handler.HttpMethod.ToUpperInvariant(), path, handler.Name, Sorted(route.Concat(InputsOf(compiled, handler))), IsPage: true)));
            }
            else if (endpoint.Metadata.GetMetadata<MethodInfo>() is { } method && !Array.Exists(Others, other => path.StartsWith(other, StringComparison.Ordinal)))
            {
                var services = server.Services.GetRequiredService<IServiceProviderIsService>();
                var inputs = method.GetParameters().Where(parameter => !IsGiven(parameter.ParameterType, services))
                    .SelectMany(parameter => NamesOf(parameter.Name!, parameter.ParameterType, prefix: false));
                places.AddRange((endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                    .Select(verb => new Place(verb, path, Handler: null, Sorted(route.Concat(inputs)), IsPage: false)));
            }
        }

        return [.. places.DistinctBy(place => place.ToString()).OrderBy(place => place.ToString(), StringComparer.Ordinal)];
    }

    public override string ToString() => $"{Method} {Constraint().Replace(Path, "}")}{(Handler is null ? "" : $" {Handler}")}: {string.Join(' ', Inputs)}";

    private static IEnumerable<string> InputsOf(CompiledPageActionDescriptor page, HandlerMethodDescriptor handler) =>
        page.BoundProperties.Where(property => handler.HttpMethod != "Get" || SupportsGet((PageBoundPropertyDescriptor)property))
            .SelectMany(property => NamesOf(property.BindingInfo?.BinderModelName ?? property.Name, property.ParameterType, prefix: true))
            .Concat(handler.Parameters.Where(parameter => parameter.ParameterType != typeof(CancellationToken))
                .SelectMany(parameter => NamesOf(parameter.BindingInfo?.BinderModelName ?? parameter.Name, parameter.ParameterType, prefix: false)));

    private static bool SupportsGet(PageBoundPropertyDescriptor property) =>
        property.Property.GetCustomAttribute<Microsoft.AspNetCore.Mvc.BindPropertyAttribute>()?.SupportsGet is true;

    private static bool IsGiven(Type type, IServiceProviderIsService services) =>
        type == typeof(HttpContext) || type == typeof(HttpRequest) || type == typeof(CancellationToken) || services.IsService(type);

    private static IEnumerable<string> NamesOf(string name, Type type, bool prefix) => IsSimple(type)
        ? [name]
        : type.GetProperties().Where(property => property.CanWrite).Select(property => prefix ? $"{name}.{property.Name}" : char.ToLowerInvariant(property.Name[0]) + property.Name[1..]);

    private static bool IsSimple(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type.IsArray || type.Namespace == "System" || type.IsGenericType;
    }

    private static List<string> Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@":[^{}]*(\{[^{}]*\}[^{}]*)*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Constraint();
}

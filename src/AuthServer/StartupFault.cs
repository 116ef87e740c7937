using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AuthServer;

/// <summary>Tells what an operator can mend from what only a programmer can: the former needs its message, not its stack.</summary>
internal static class StartupFault
{
    /// <summary>What to print; null: let it crash with all it knows.</summary>
    public static string? Explain(Exception fault) => fault switch
    {
        StartupException => fault.Message,
        OptionsValidationException wrong => string.Join(Environment.NewLine, wrong.Failures.Select(failure => Named(failure, wrong.OptionsType))),
        AggregateException several when several.InnerExceptions.Select(Explain).ToList() is var all && !all.Contains(null) =>
            string.Join(Environment.NewLine, all),

        // A file that is no JSON; a value of the wrong type. Both messages name where.
        InvalidDataException { InnerException: FormatException malformed } =>
            malformed.InnerException is { } cause ? $"{fault.Message} {cause.Message}" : fault.Message,
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => fault.Message,
        IOException { InnerException: AddressInUseException } => fault.Message,
        _ => null,
    };

    // The generated validators say "AccessToken: The field AuthServerOptions.Lifetimes.AccessToken must …"; the operator knows the key.
    private static string Named(string failure, Type options)
    {
        var start = failure.IndexOf(options.Name + ".", StringComparison.Ordinal);
        if (start < 0)
        {
            return failure;
        }

        var end = failure.IndexOf(' ', start);
        var key = failure[start..end].Replace(options.Name, (string?)options.GetField("Section")?.GetRawConstantValue(), StringComparison.Ordinal);
        return key.Replace('.', ':') + failure[end..];
    }
}

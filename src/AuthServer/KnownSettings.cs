using Microsoft.Extensions.Options;

namespace AuthServer;

/// <summary>Everything in a section of ours is a setting that is read: a typo would silently leave the default in place.</summary>
internal sealed class KnownSettings<TOptions>(IConfiguration configuration) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var section = (string)typeof(TOptions).GetField("Section")!.GetRawConstantValue()!;
        var unknown = Unknown(configuration.GetSection(section), typeof(TOptions)).ToList();
        return unknown.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(unknown);
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
        {
            return section.GetChildren().SelectMany(item => Unknown(item, type.GenericTypeArguments[0]));
        }

        // What is none of our classes is a value: nothing can stand below it.
        var known = type.Assembly == typeof(TOptions).Assembly ? type.GetProperties() : [];
        return section.GetChildren().SelectMany(child => known.FirstOrDefault(setting => setting.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } setting
            ? Unknown(child, setting.PropertyType)
            : [known.Length == 0 ? $"{child.Path} is not known here." : $"{child.Path} is not known here; known: {string.Join(", ", known.Select(one => one.Name))}."]);
    }
}

using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AuthServer.Tests;

/// <summary>The documents name tests as their proof: those tests must be there.</summary>
public sealed partial class DocsTests
{
    private static readonly string Root = FindRoot();

    /// <summary>Every class of the test projects with the methods of its file.</summary>
    private static readonly ILookup<string, HashSet<string>> Tests = Directory
        .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Select(File.ReadAllText)
        .SelectMany(text => Class().Matches(text).Select(found => (Class: found.Groups["name"].Value, Methods: MethodsOf(text))))
        .ToLookup(found => found.Class, found => found.Methods, StringComparer.Ordinal);

    [Theory]
    [InlineData("conformance.md")]
    [InlineData("cascade.md")]
    public void Every_test_that_a_document_names_exists(string document)
    {
        var named = Quoted().Matches(Read(document)).Select(found => found.Groups["test"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !Exists(name.Split('.')));
    }

    [Fact]
    public void Every_test_that_is_named_after_a_module_is_in_the_table_of_modules()
    {
        var modules = Tests.SelectMany(of => of).SelectMany(methods => methods).Where(method => method.StartsWith("Oidcc_", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var document = Read("conformance.md");

        Assert.NotEmpty(modules);
        Assert.DoesNotContain(modules, module => !document.Contains($".{module}`", StringComparison.Ordinal));
    }

    private static bool Exists(string[] name) => Tests.Contains(name[0]) && (name.Length == 1 || Tests[name[0]].Any(methods => methods.Contains(name[1])));

    private static HashSet<string> MethodsOf(string text) =>
        Method().Matches(text).Select(found => found.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    private static string Read(string document) => File.ReadAllText(Path.Combine(Root, "docs", document));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // Not from `here` alone: a deterministic build may map it to /_/.
        var from = File.Exists(here) ? Path.GetDirectoryName(here) : AppContext.BaseDirectory;
        while (from is not null && !File.Exists(Path.Combine(from, "AuthServer.sln")))
        {
            from = Path.GetDirectoryName(from);
        }

        return from ?? throw new InvalidOperationException("The source is not here.");
    }

    [GeneratedRegex("`(?:\\w+/)*(?<test>\\w+(?:Tests|Facts|Story)(?:\\.\\w+)?)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Quoted();

    [GeneratedRegex("\\bclass (?<name>\\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Class();

    [GeneratedRegex("(?:Task|void) (?<name>\\w+)\\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Method();
}

using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AuthServer.Grants;

namespace AuthServer.Tests;

/// <summary>Which part may know which (CONTRIBUTING.md), and which words are used, held by reflection and a scan of the source.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>What every slice may use: no slice itself. The root composes all of them.</summary>
    private static readonly string[] Shared =
        ["Protocol", "Keys", "Database", "Telemetry", "Upkeep", "Ledger", "Pages", "Outbound", "Mail", "Properties", "wwwroot"];

    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string> Sources = Directory
        .EnumerateFiles(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".cshtml")
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"], StringComparer.Ordinal).Any())
        .ToDictionary(file => Path.GetRelativePath(Root, file).Replace('\\', '/'), File.ReadAllText, StringComparer.Ordinal);

    [Fact]
    public void Grants_knows_no_HTTP_no_pages_and_calls_nobody()
    {
        using var file = File.OpenRead(typeof(AuthServerDbContext).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var named = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}").ToList();

        Assert.Contains("Microsoft.EntityFrameworkCore.DbContext", named); // The scan sees something.
        string[] foreign =
        [
            "Microsoft.AspNetCore.Http.", "Microsoft.AspNetCore.Mvc.", "Microsoft.AspNetCore.Routing.", "Microsoft.AspNetCore.Builder.",
            "Microsoft.AspNetCore.Authentication.", "System.Net.Http.", "System.Net.Sockets.",
        ];
        // Why a connection to the database was lost may be asked; that calls nobody.
        Assert.DoesNotContain(
            named.Where(name => name != "System.Net.Sockets.SocketException"), name => foreign.Any(part => name.StartsWith(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_slice_names_a_sibling()
    {
        var slices = Sources.Keys.Select(SliceOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var crossings =
            from source in Sources
            let own = SliceOf(source.Key)
            where own is not null
            from other in slices
            where other != own && Regex.IsMatch(source.Value, $@"\bAuthServer\.(Areas\.)?{other}\b", RegexOptions.None, TimeSpan.FromSeconds(5))
            select $"{source.Key} names {other}";
        Assert.Empty(crossings);
    }

    [Fact]
    public void What_slices_share_names_no_slice()
    {
        var slices = Sources.Keys.Select(SliceOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var crossings =
            from source in Sources
            where Folder(source.Key) is "Protocol" or "Keys" or "Database" or "Telemetry" or "Upkeep" or "Ledger" or "Outbound" or "Mail"
            from slice in slices
            where Regex.IsMatch(source.Value, $@"\bAuthServer\.{slice}\b", RegexOptions.None, TimeSpan.FromSeconds(5))
            select $"{source.Key} names {slice}";
        Assert.Empty(crossings);
    }

    [Fact]
    public void Only_the_cascade_revokes_steps_epochs_and_disables()
    {
        var writers = Sources.Where(source => Withdrawal().IsMatch(source.Value)).Select(source => source.Key).ToList();
        Assert.NotEmpty(writers);
        Assert.All(writers, file => Assert.StartsWith("src/AuthServer.Grants/Revocation/RevocationCascade.", file, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_cascade_sends_the_statement_that_withdraws_a_family()
    {
        var senders = Sources.Where(source => source.Value.Contains(".RevokeFamilyAsync(", StringComparison.Ordinal)).Select(source => source.Key).ToList();
        Assert.NotEmpty(senders);
        Assert.All(senders, file => Assert.StartsWith("src/AuthServer.Grants/Revocation/RevocationCascade.", file, StringComparison.Ordinal));
    }

    [Fact]
    public void No_status_goes_back_to_valid() =>
        Assert.DoesNotContain(Sources, source => Revival().IsMatch(source.Value));

    [Fact]
    public void Program_is_thirty_lines_at_most() => Assert.InRange(Lines(Sources["src/AuthServer/Program.cs"]), 1, 30);

    [Fact]
    public void No_file_is_longer_than_four_hundred_lines() =>
        Assert.DoesNotContain(Sources, source => Lines(source.Value) > 400);

    [Fact]
    public void No_two_log_messages_share_an_event_id()
    {
        var ids = Sources.Where(source => source.Key.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(source => LogMessage().Matches(source.Value).Select(match => match.Groups["id"].Value)).ToList();

        Assert.True(ids.Count > 10, "The scan sees nothing.");
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Every_event_id_is_in_the_operations_page()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "operations.md"));
        Assert.All(
            Sources.SelectMany(source => LogMessage().Matches(source.Value).Select(match => match.Groups["id"].Value)),
            id => Assert.Contains($"| {id} |", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Manager")]
    [InlineData("Helper")]
    [InlineData("Util")]
    [InlineData("Utils")]
    [InlineData("Common")]
    [InlineData("Service")]
    public void No_type_of_ours_hides_behind_an_empty_word(string word)
    {
        Assembly[] ours = [typeof(AuthServerDbContext).Assembly, typeof(AuthServerHost).Assembly];
        Assert.DoesNotContain(
            ours.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute))),
            type => type.Namespace?.StartsWith("AuthServer", StringComparison.Ordinal) is true && type.Name.EndsWith(word, StringComparison.Ordinal));
    }

    /// <summary>The slice a file of the host belongs to; null for what is shared, and for the root.</summary>
    private static string? SliceOf(string path) => Folder(path) switch
    {
        null => null,
        "Areas" => "Account", // Identity UI's pages keep the folders that its routes are made of.
        var folder => Shared.Contains(folder, StringComparer.Ordinal) ? null : folder,
    };

    private static string? Folder(string path) => path.Split('/') is ["src", "AuthServer", var folder, _, ..] ? folder : null;

    private static int Lines(string text) => text.AsSpan().TrimEnd().Count('\n') + 1;

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

    [GeneratedRegex(@"\[LoggerMessage\((EventId = )?(?<id>\d+)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LogMessage();

    // A value that is written, not one that is compared with.
    [GeneratedRegex(
        @"=>[^;(),]*,\s*Status\.Revoked\b|(Status|CurrentValue)\s*=\s*Status\.Revoked\b|Epoch\s*(\+\s*1|\+\+|\+=)|\.Disabled,\s*[^)]",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Withdrawal();

    [GeneratedRegex(@"=>[^;(),]*,\s*Status\.Valid\b|(Status|CurrentValue)\s*=\s*Status\.Valid\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Revival();
}

using AuthServer.Grants;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Import;

/// <summary>Applies the import file at every start, and in Development gives an empty database something to try.</summary>
internal sealed class ImportPreparation(
    IServiceScopeFactory scopes,
    IDbContextFactory<AuthServerDbContext> contexts,
    Issuer issuer,
    IOptions<AuthServerOptions> options,
    IHostEnvironment environment)
{
    private const string Key = $"{AuthServerOptions.Section}:{nameof(AuthServerOptions.Import)}";
    private const string DemoResource = "AuthServer.Import.demo.json";

    /// <param name="cancellationToken">Ends the preparation.</param>
    /// <exception cref="StartupException">The file is missing or wrong; nothing of it was applied.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(options.Value.Import))
        {
            var path = Path.GetFullPath(options.Value.Import);
            await ApplyAsync(await ReadFileAsync(path, cancellationToken), $"{Key}: '{path}'", cancellationToken);
        }

        if (environment.IsDevelopment() && await IsEmptyAsync(cancellationToken))
        {
            await ApplyAsync(await ReadDemoAsync(cancellationToken), "The demonstration data", cancellationToken);
        }
    }

    private async Task ApplyAsync(string json, string source, CancellationToken cancellationToken)
    {
        var problems = new ImportProblems();
        var file = new ImportReader(problems).Read(json);
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ImportCheck>().CheckAsync(file, await StoredScopesAsync(cancellationToken), problems);
        problems.ThrowIfAny(source);
        await scope.ServiceProvider.GetRequiredService<ImportWriter>().WriteAsync(file, cancellationToken);
    }

    private async Task<List<string>> StoredScopesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Scopes.Select(scope => scope.Name).ToListAsync(cancellationToken);
    }

    private async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return !await db.Clients.AnyAsync(cancellationToken) && !await db.Users.AnyAsync(cancellationToken);
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{Key}: {fault.Message}", fault);
        }
    }

    private async Task<string> ReadDemoAsync(CancellationToken cancellationToken)
    {
        await using var stream = typeof(ImportPreparation).Assembly.GetManifestResourceStream(DemoResource)!;
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(cancellationToken)).Replace("{issuer}", issuer.Value, StringComparison.Ordinal);
    }
}

namespace AuthServer.Tests.Fixtures;

/// <summary>Takes the templates away when the last test is through.</summary>
public sealed class DatabaseTemplates : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await SqliteDatabase.DropTemplateAsync();
        await PostgreSqlDatabase.DropTemplateAsync();
    }
}

using System.Data.Common;

namespace AuthServer.Grants;

/// <summary>
/// Reads rows below EF, for what must be known before the server listens: EF's model, and the first query of each kind, take longer to build than the rest of a
/// start (docs/decisions/0021). Rows are objects, not values: code for every class is there already, code for each struct would be compiled now.
/// </summary>
public sealed class PlainReader(Func<DbConnection> connect, StatementWatch watch)
{
    /// <summary>All rows that <paramref name="statement"/> has, each as <paramref name="row"/> reads it.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string statement, Func<DbDataReader, T> row, CancellationToken cancellationToken)
        where T : class
    {
        await using var connection = connect();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        watch.Send(statement, []);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>For those whose interface is synchronous. Never inside a unit (<see cref="Writes"/>), so the wait ends.</summary>
    public IReadOnlyList<T> Read<T>(string statement, Func<DbDataReader, T> row)
        where T : class => Task.Run(() => ReadAsync(statement, row, CancellationToken.None)).GetAwaiter().GetResult();
}

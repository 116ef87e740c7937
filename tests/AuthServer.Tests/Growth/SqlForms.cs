using System.Globalization;
using AuthServer.Database;

namespace AuthServer.Tests.Growth;

/// <summary>What the two databases say differently about the rows that they make by themselves.</summary>
/// <param name="provider">Which database.</param>
/// <param name="now">The age of everything is counted from here.</param>
public sealed class SqlForms(DatabaseProvider provider, DateTime now)
{
    private readonly bool _sqlite = provider == DatabaseProvider.Sqlite;

    /// <summary>The UUIDv7 of the <paramref name="number"/>th of <paramref name="total"/> rows of a kind: in the order of time, as the server makes them.</summary>
    /// <param name="kind">Three hexadecimal digits.</param>
    /// <param name="number">An expression; counted from 1.</param>
    /// <param name="total">How many there are.</param>
    public string Id(string kind, string number, long total)
    {
        var span = (long)Volume.Age.TotalMilliseconds;
        var milliseconds = $"{Milliseconds(now - Volume.Age)} + CAST({number} AS bigint) * {span} / {total}";
        var rest = $"{1L << 56} + {number}";
        return _sqlite
            ? $"unhex(printf('0%x7{kind}8%x', {milliseconds}, {rest}))"
            : $"('0' || to_hex({milliseconds}) || '7{kind}8' || to_hex({rest}))::uuid";
    }

    /// <summary>When that row was made.</summary>
    public string MadeAt(string number, long total) => At($"{(long)Volume.Age.TotalSeconds} - CAST({number} AS bigint) * {(long)Volume.Age.TotalSeconds} / {total}");

    /// <summary>The instant so many seconds ago; below 0: to come.</summary>
    public string At(string secondsAgo)
    {
        var seconds = $"{Milliseconds(now) / 1000} - ({secondsAgo})";
        return _sqlite ? $"strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch')" : $"to_timestamp({seconds})";
    }

    /// <summary>The numbers from 1, as <c>n(i)</c>.</summary>
    public string Numbers(long to) => _sqlite
        ? $"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {to}) SELECT i FROM c) AS n"
        : $"generate_series(1, {to}) AS n(i)";

    /// <summary>The key of a row, as it is compared with.</summary>
    public string Key(Guid id) => _sqlite
        ? $"x'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'"
        : string.Create(CultureInfo.InvariantCulture, $"'{id}'::uuid");

    private static long Milliseconds(DateTime instant) => new DateTimeOffset(instant).ToUnixTimeMilliseconds();
}

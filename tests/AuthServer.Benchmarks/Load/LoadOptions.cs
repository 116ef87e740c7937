using System.Globalization;
using AuthServer.Database;

namespace AuthServer.Benchmarks.Load;

/// <summary>What was asked for on the command line.</summary>
internal sealed record LoadOptions
{
    private static readonly string[] Names =
    [
        "discovery", "jwks", "client-credentials", "introspect-unseen", "introspect-seen", "userinfo-unseen", "userinfo-seen",
        "refresh-es256", "refresh-rs256", "revoke", "limit-es256-verify", "limit-insert-flushed", StartItem.Name, WithdrawItem.Name,
    ];

    public static string Usage { get; } =
        $"""
        load [options]
          --only <items>              comma-separated; a run of all takes about half an hour. The items:
                                      {string.Join(", ", Names[..7])},
                                      {string.Join(", ", Names[7..])}
          --connections <numbers>     default 8,32
          --seconds <number>          how long each is measured, and its limit after it, in each round: default 5
          --rounds <number>           default 3
          --warmup <seconds>          how long each is driven before it is first measured: default 10
          --families <number>         the most token families that one measurement of revoke uses up: default 10000
          --withdraw <numbers>        families of the client that withdraw withdraws: default 100000,1000000
          --no-publish                takes what was published before
          --database <provider>       Sqlite (default) or PostgreSql
          --connection-string <text>  PostgreSQL where a database for the run may be created, and dropped after it
        """;

    public IReadOnlyList<string> Only { get; private init; } = [];

    public IReadOnlyList<int> Connections { get; private init; } = [8, 32];

    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(5);

    public int Rounds { get; private init; } = 3;

    public TimeSpan Warmup { get; private init; } = TimeSpan.FromSeconds(10);

    public int Families { get; private init; } = 10_000;

    public IReadOnlyList<int> Withdraw { get; private init; } = [100_000, 1_000_000];

    public bool Publish { get; private init; } = true;

    public DatabaseProvider Provider { get; private init; } = DatabaseProvider.Sqlite;

    /// <summary>Of PostgreSQL; null for SQLite.</summary>
    public string? ConnectionString { get; private init; }

    public bool Wants(string item) => Only.Count == 0 || Only.Contains(item, StringComparer.Ordinal);

    /// <exception cref="BenchmarkException">An option is unknown, or has no such value.</exception>
    public static LoadOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LoadOptions();
        while (arguments is [var name, .. var rest])
        {
            if (name == "--no-publish")
            {
                options = options with { Publish = false };
                arguments = rest;
                continue;
            }

            if (rest is not [var value, .. var others])
            {
                throw new BenchmarkException(Usage);
            }

            try
            {
                options = options.With(name, value);
            }
            catch (Exception wrong) when (wrong is FormatException or OverflowException or ArgumentException)
            {
                throw new BenchmarkException($"{name} cannot be '{value}'.\n{Usage}", wrong);
            }

            arguments = others;
        }

        return options.Provider == DatabaseProvider.PostgreSql == options.ConnectionString is not null
            ? options
            : throw new BenchmarkException("--database PostgreSql and --connection-string belong together.");
    }

    private LoadOptions With(string name, string value) => name switch
    {
        "--only" => this with { Only = [.. value.Split(',').Select(Known)] },
        "--connections" => this with { Connections = Numbers(value) },
        "--seconds" => this with { Time = Seconds(value) },
        "--rounds" => this with { Rounds = Number(value) },
        "--warmup" => this with { Warmup = Seconds(value) },
        "--families" => this with { Families = Number(value) },
        "--withdraw" => this with { Withdraw = Numbers(value) },
        "--database" => this with { Provider = Enum.Parse<DatabaseProvider>(value, ignoreCase: true) },
        "--connection-string" => this with { ConnectionString = value },
        _ => throw new BenchmarkException(Usage),
    };

    private static string Known(string item) => Names.Contains(item, StringComparer.Ordinal) ? item : throw new FormatException();

    private static int[] Numbers(string value) => [.. value.Split(',').Select(Number)];

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string value) => TimeSpan.FromSeconds(double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
}

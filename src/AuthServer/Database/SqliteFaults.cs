using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AuthServer.Database;

/// <summary>Reads SQLite's result codes.</summary>
internal static class SqliteFaults
{
    /// <summary>
    /// It cannot write now, whatever is asked of it: busy (5), locked (6), out of memory (7), read-only (8), I/O error (10), corrupt (11),
    /// full (13), cannot open (14), no database (26). The rest says that this write was refused, or is wrong.
    /// </summary>
    public static bool MeansAway(DbException fault) => fault is SqliteException { SqliteErrorCode: 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 or 26 };
}

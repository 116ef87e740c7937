using SQLitePCL;

namespace AuthServer.Grants;

/// <summary>The row that a <see cref="SqliteStatement"/> stands on.</summary>
internal sealed class SqliteRow(sqlite3_stmt statement) : HotRow
{
    public override bool NextIsNull => raw.sqlite3_column_type(statement, At + 1) == raw.SQLITE_NULL;

    /// <summary>From the left again: the statement stands on another row.</summary>
    public SqliteRow First()
    {
        At = -1;
        return this;
    }

    public override string Text() => raw.sqlite3_column_text(statement, ++At).utf8_to_string();

    public override long Long() => raw.sqlite3_column_int64(statement, ++At);

    public override int Int() => raw.sqlite3_column_int(statement, ++At);

    public override bool Flag() => Long() != 0;

    public override byte[] Bytes() => Blob().ToArray();

    public override Guid Id() => new(Blob(), bigEndian: true);

    public override DateTime Instant() => StoredForms.ReadSqliteInstant(Utf8());

    // A text as bytes is its UTF-8.
    protected override ReadOnlySpan<byte> Utf8() => Blob();

    private ReadOnlySpan<byte> Blob() => raw.sqlite3_column_blob(statement, ++At);
}

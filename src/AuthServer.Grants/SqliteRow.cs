using System.Text;
using SQLitePCL;

namespace AuthServer.Grants;

/// <summary>The row that a <see cref="SqliteStatement"/> stands on.</summary>
internal sealed class SqliteRow(nint statement) : HotRow
{
    public override bool NextIsNull => SqliteNative.ColumnType(statement, At + 1) == raw.SQLITE_NULL;

    /// <summary>From the left again: the statement stands on another row.</summary>
    public SqliteRow First()
    {
        At = -1;
        return this;
    }

    public override string Text() => Encoding.UTF8.GetString(Utf8());

    public override long Long() => SqliteNative.ColumnLong(statement, ++At);

    public override int Int() => (int)Long();

    public override bool Flag() => Long() != 0;

    public override byte[] Bytes() => Utf8().ToArray();

    public override Guid Id() => new(Utf8(), bigEndian: true);

    public override DateTime Instant() => StoredForms.ReadSqliteInstant(Utf8());

    // A text as bytes is its UTF-8.
    protected override ReadOnlySpan<byte> Utf8() => SqliteNative.ColumnBytes(statement, ++At);
}

using System.Data.Common;
using System.Text;

namespace AuthServer.Grants;

/// <summary>A row as the driver reads it (PostgreSQL).</summary>
internal sealed class DriverRow(DbDataReader reader) : HotRow
{
    public override bool NextIsNull => reader.IsDBNull(At + 1);

    public override string Text() => reader.GetString(++At);

    public override long Long() => reader.GetInt64(++At);

    public override int Int() => reader.GetInt32(++At);

    public override bool Flag() => reader.GetBoolean(++At);

    public override byte[] Bytes() => reader.GetFieldValue<byte[]>(++At);

    public override Guid Id() => reader.GetGuid(++At);

    public override DateTime Instant() => reader.GetDateTime(++At);

    protected override ReadOnlySpan<byte> Utf8() => Encoding.UTF8.GetBytes(Text());
}

using System.Data.Common;
using System.Globalization;

namespace AuthServer.Grants;

/// <summary>A row of a <see cref="HotStatement"/>, read column by column from the left, in the forms of <see cref="StoredForms"/>.</summary>
internal sealed class HotRow(DbDataReader reader, bool bytes)
{
    private int _at = -1;

    /// <summary>Whether the next column has no value. It stays the next.</summary>
    public bool NextIsNull => reader.IsDBNull(_at + 1);

    public void Skip(int columns) => _at += columns;

    public string Text() => reader.GetString(++_at);

    public string? TextOrNull() => reader.IsDBNull(++_at) ? null : reader.GetString(_at);

    public bool Flag() => reader.GetBoolean(++_at);

    public int Int() => reader.GetInt32(++_at);

    public long Long() => reader.GetInt64(++_at);

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(++_at);

    public Guid Id() => bytes ? new Guid(Bytes(), bigEndian: true) : reader.GetGuid(++_at);

    public Guid? IdOrNull()
    {
        if (!NextIsNull)
        {
            return Id();
        }

        _at++;
        return null;
    }

    public DateTime Instant() => bytes
        ? DateTime.ParseExact(
            reader.GetString(++_at), "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
        : reader.GetDateTime(++_at);

    public DateTime? InstantOrNull()
    {
        if (!NextIsNull)
        {
            return Instant();
        }

        _at++;
        return null;
    }

    public TEnum Word<TEnum>()
        where TEnum : struct, Enum => StoredForms.Words<TEnum>.From(Text());
}

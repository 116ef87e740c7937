namespace AuthServer.Grants;

/// <summary>A row of a <see cref="HotStatement"/>, read column by column from the left, in the forms of <see cref="StoredForms"/>.</summary>
internal abstract class HotRow
{
    /// <summary>The column that was read last.</summary>
    protected int At { get; set; } = -1;

    /// <summary>Whether the next column has no value. It stays the next.</summary>
    public abstract bool NextIsNull { get; }

    public void Skip(int columns) => At += columns;

    public abstract string Text();

    public abstract long Long();

    public abstract int Int();

    public abstract bool Flag();

    public abstract byte[] Bytes();

    public abstract Guid Id();

    public abstract DateTime Instant();

    public TEnum Word<TEnum>()
        where TEnum : struct, Enum => StoredForms.Words<TEnum>.From(Utf8());

    public string? TextOrNull() => SkipNull() ? null : Text();

    public Guid? IdOrNull() => SkipNull() ? null : Id();

    public DateTime? InstantOrNull() => SkipNull() ? null : Instant();

    /// <summary>A text as its UTF-8.</summary>
    protected abstract ReadOnlySpan<byte> Utf8();

    private bool SkipNull()
    {
        if (!NextIsNull)
        {
            return false;
        }

        At++;
        return true;
    }
}

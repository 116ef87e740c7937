using System.Buffers.Text;
using System.Text;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AuthServer.Grants;

/// <summary>How values lie in the database: UTC instants, UUIDs as 16 big-endian bytes on SQLite, enumerations as the specifications' words.</summary>
internal static class StoredForms
{
    private static readonly ValueConverter<DateTime, DateTime> Utc = new(
        instant => instant, stored => DateTime.SpecifyKind(stored, DateTimeKind.Utc));

    private static readonly ValueConverter<Guid, byte[]> BigEndian = new(
        id => id.ToByteArray(true), stored => new Guid(stored, true));

    /// <summary>An instant's text on SQLite, as its driver writes it: fractions of a second as far as they go.</summary>
    public const string SqliteInstant = "yyyy-MM-dd HH:mm:ss.FFFFFFF";

    public static bool IsSqlite(string? provider) => string.Equals(provider, "Microsoft.EntityFrameworkCore.Sqlite", StringComparison.Ordinal);

    public static void Apply(ModelBuilder builder, string? provider)
    {
        var sqlite = IsSqlite(provider);
        foreach (var property in builder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type == typeof(DateTime))
            {
                property.SetValueConverter(Utc);
            }
            else if (type == typeof(Guid) && sqlite)
            {
                property.SetValueConverter(BigEndian);
            }
            else if (type.IsEnum)
            {
                property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(Word<>).MakeGenericType(type))!);
                property.SetMaxLength(40);
            }
        }

        // Operators search by prefix, as a range of the index: only a bytewise order makes one. SQLite's is bytewise by default.
        if (!sqlite)
        {
            var user = builder.Entity<User>();
            user.Property(u => u.NormalizedEmail).UseCollation("C");
            user.Property(u => u.NormalizedName).UseCollation("C");
        }
    }

    /// <summary>Reads a <see cref="SqliteInstant"/>, UTF-8.</summary>
    public static DateTime ReadSqliteInstant(ReadOnlySpan<byte> text)
    {
        var ticks = 0;
        for (var (at, worth) = (20, (int)TimeSpan.TicksPerSecond / 10); at < text.Length; at++, worth /= 10)
        {
            ticks += Number(text.Slice(at, 1)) * worth;
        }

        return new DateTime(
            Number(text[..4]), Number(text[5..7]), Number(text[8..10]), Number(text[11..13]), Number(text[14..16]), Number(text[17..19]), DateTimeKind.Utc).AddTicks(ticks);

        static int Number(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out int number, out var length) && length == digits.Length
            ? number
            : throw new FormatException("A stored instant is malformed.");
    }

    /// <summary>An enumeration as snake_case, so that who opens the database reads <c>revoked</c> and <c>refresh_token_replay</c>.</summary>
    private sealed class Word<TEnum>() : ValueConverter<TEnum, string>(
        value => Words<TEnum>.Of(value), word => Words<TEnum>.From(word))
        where TEnum : struct, Enum;

    internal static class Words<TEnum>
        where TEnum : struct, Enum
    {
        private static readonly Dictionary<TEnum, string> Names = Enum.GetValues<TEnum>()
            .ToDictionary(value => value, value => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        private static readonly Dictionary<string, TEnum> Values = Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        private static readonly (byte[] Word, TEnum Value)[] Bytes = [.. Values.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), pair.Value))];

        public static string Of(TEnum value) => Names[value];

        public static TEnum From(string word) => Values[word];

        /// <param name="word">UTF-8.</param>
        public static TEnum From(ReadOnlySpan<byte> word)
        {
            foreach (var (known, value) in Bytes)
            {
                if (word.SequenceEqual(known))
                {
                    return value;
                }
            }

            throw new FormatException("A stored word is none of its enumeration.");
        }
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Grants.Entities;

namespace AuthServer.Ledger;

/// <summary>The digest that a seal holds fast: SHA-256 over every column of its entries, in order, and over the digest of the seal before.</summary>
internal static class LedgerDigest
{
    /// <param name="previous">The digest of the seal before; empty for the first.</param>
    /// <param name="entries">In any order: that of their instants and ids counts.</param>
    public static string Of(string previous, IEnumerable<RevocationEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(previous);
            foreach (var entry in entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Id.ToString("n"), StringComparer.Ordinal))
            {
                Write(writer, entry);
            }

            writer.WriteEndArray();
        }

        return Base64Url.EncodeToString(SHA256.HashData(buffer.WrittenSpan));
    }

    // Position is the name; what is absent is null.
    private static void Write(Utf8JsonWriter writer, RevocationEntry entry)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(entry.Id);
        writer.WriteStringValue(entry.At.ToString("O"));
        writer.WriteStringValue(entry.Cause.ToString());
        writer.WriteStringValue(entry.TargetKind.ToString());
        writer.WriteStringValue(entry.TargetId);
        writer.WriteStringValue(entry.Jti);
        writer.WriteStringValue(entry.UserId?.ToString());
        writer.WriteStringValue(entry.ClientId?.ToString());
        writer.WriteStringValue(entry.ActorKind.ToString());
        writer.WriteStringValue(entry.ActorId?.ToString());
        writer.WriteStringValue(entry.Address);
        writer.WriteStringValue(entry.CorrelationId);
        writer.WriteStringValue(entry.Reason);
        writer.WriteStringValue(entry.Scope);
        writer.WriteNumberValue(entry.Sessions);
        writer.WriteNumberValue(entry.Grants);
        writer.WriteNumberValue(entry.Families);
        writer.WriteStringValue(entry.Completes?.ToString());
        writer.WriteEndArray();
    }
}

using System.Runtime.InteropServices;

namespace AuthServer.Grants;

/// <summary>
/// SQLite's own functions (sqlite.org/c3ref), for what is called for every column of every row: the wrapper counts references to the statement around each call. The short ones do not leave
/// managed code's mode either: they only read or copy what the statement holds already.
/// </summary>
internal static partial class SqliteNative
{
    private const string Library = "e_sqlite3";

    // SQLITE_TRANSIENT: what is bound is copied.
    private const nint Copied = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long ColumnLong(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    public static partial int BindNull(nint statement, int place);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    public static partial int BindLong(nint statement, int place, long value);

    public static int BindBlob(nint statement, int place, ReadOnlySpan<byte> bytes) => BindBlob(statement, place, in NotNull(bytes), bytes.Length, Copied);

    /// <param name="statement">The statement.</param>
    /// <param name="place">Of the parameter.</param>
    /// <param name="text">UTF-8.</param>
    public static int BindText(nint statement, int place, ReadOnlySpan<byte> text) => BindText(statement, place, in NotNull(text), text.Length, Copied);

    /// <summary>A value's bytes, a text's as UTF-8. They are the statement's, until its next step.</summary>
    public static unsafe ReadOnlySpan<byte> ColumnBytes(nint statement, int column)
    {
        // In this order: the length is that of the form asked for last.
        var bytes = ColumnBlob(statement, column);
        return new((void*)bytes, ColumnLength(statement, column));
    }

    // No bytes at all would be bound as NULL.
    private static ref readonly byte NotNull(ReadOnlySpan<byte> bytes) => ref MemoryMarshal.GetReference(bytes.IsEmpty ? "\0"u8 : bytes);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    private static partial nint ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static partial int ColumnLength(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int place, in byte bytes, int length, nint release);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int place, in byte text, int length, nint release);
}

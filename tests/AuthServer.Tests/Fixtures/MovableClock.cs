namespace AuthServer.Tests.Fixtures;

/// <summary>A clock that stands still until a test moves it. Whole microseconds: PostgreSQL keeps no finer ones.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _ticks = new DateTime(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>The instant as the database keeps it.</summary>
    public DateTime Now => GetUtcNow().UtcDateTime;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <summary>Moves it to a UTC instant.</summary>
    public void Set(DateTime instant) => Interlocked.Exchange(ref _ticks, instant.Ticks);
}

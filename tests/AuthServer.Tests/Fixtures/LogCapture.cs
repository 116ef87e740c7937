using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Fixtures;

/// <summary>Keeps everything the server logs, with the values of its templates, its scopes and its exceptions.</summary>
public sealed class LogCapture : ILoggerProvider
{
    private const int Kept = 200_000;

    public ConcurrentQueue<LogLine> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    public void Dispose()
    {
    }

    private void Write(LogLine line)
    {
        Lines.Enqueue(line);
        if (Lines.Count > Kept)
        {
            Lines.TryDequeue(out _);
        }
    }

    private sealed class Logger(string category, LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            capture.Write(new(category, LogLevel.Trace, Text(state), "a scope"));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture.Write(new(category, logLevel, $"{formatter(state, exception)} {Text(state)} {exception}", Template(state), eventId.Id));

        private static string Template<TState>(TState state) =>
            (state as IEnumerable<KeyValuePair<string, object?>>)?.FirstOrDefault(value => value.Key == "{OriginalFormat}").Value?.ToString() ?? "(no template)";

        private static string Text<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> values
            ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))
            : state?.ToString() ?? "";
    }
}

/// <summary>What was logged once.</summary>
public sealed record LogLine(string Category, LogLevel Level, string Text, string Template, int EventId = 0)
{
    public bool IsScope => Template == "a scope";
}

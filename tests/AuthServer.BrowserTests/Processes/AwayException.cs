namespace AuthServer.BrowserTests.Processes;

/// <summary>The server answered 503: nothing is acknowledged.</summary>
internal sealed class AwayException(string what) : Exception(what);

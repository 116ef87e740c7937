using System.Data.Common;

namespace AuthServer.Tests.Fixtures;

/// <summary>What a database throws that is away.</summary>
#pragma warning disable CA1032 // Nobody makes it with a message of theirs.
public sealed class InjectedFault() : DbException("The database is away (injected).");
#pragma warning restore CA1032

namespace AuthServer.Tests.Growth;

/// <summary>Many rows of one table, each a copy of one.</summary>
/// <param name="Entity">Whose table.</param>
/// <param name="Template">The key of the row they are copies of.</param>
/// <param name="Rows">How many.</param>
/// <param name="Columns">What differs: an expression with the number <c>i</c> of the row.</param>
public sealed record Load(Type Entity, object Template, long Rows, Dictionary<string, string> Columns);

namespace AuthServer.Grants.Revocation;

/// <summary>What one statement found of a family.</summary>
/// <param name="Installation">Read with it, whether there is such a family or not.</param>
/// <param name="State">Null where there is no such family.</param>
public sealed record FamilyReading(InstallationState Installation, FamilyState? State);

using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Cascade;

/// <summary>Rotates as the token endpoint does: the family is read first.</summary>
public static class RotationExtensions
{
    public static async Task<RotationOutcome> RotateAsync(this FamilyRotation rotation, TestStorage storage, TokenFamily family, RotationTimes times)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return await storage.Liveness.FindFamilyAsync(family.Id, jti: null, cancellation) is { State: { } before }
            ? await rotation.RotateAsync(before, family.Generation, family.Stamp, times, jkt: null, Targets.Server, rotated: null, cancellation)
            : new RotationOutcome.Dead(DeathReason.Unknown);
    }
}

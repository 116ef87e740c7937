using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Grants;

/// <summary>New credentials that were committed.</summary>
/// <param name="User">The row as it is now: with a new epoch and concurrency stamp.</param>
/// <param name="Receipt">What was withdrawn with the old ones.</param>
public sealed record ChangedCredentials(User User, RevocationReceipt Receipt);

namespace AuthServer.Protocol;

/// <summary>What can be guessed; each is counted for itself, under a limit of its own.</summary>
internal enum FailureKind
{
    Password,
    ClientSecret,
    DeviceCode,
    Mail,
}

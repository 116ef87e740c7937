using System.Text.Json;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.Extensions.Logging;

namespace AuthServer.Grants;

/// <summary>
/// What an auditor reads, under one category, so that it can be sent where nothing else goes. Written once it is committed. It names rows by their ids:
/// no e-mail address, token or secret is in it.
/// </summary>
public sealed partial class AuditLog(ILoggerFactory loggers)
{
    public const string Category = "AuthServer.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>What happened at a user's door.</summary>
    public void Happened(SecurityEvent happened)
    {
        switch (happened.Kind)
        {
            case SecurityEventKind.SignedIn:
                LogSignedIn(happened.UserId, happened.SessionId, happened.Address);
                break;
            case SecurityEventKind.SignInFailed:
                SignInFailed(happened.UserId, happened.Address);
                break;
            case SecurityEventKind.SignInPaused:
                LogPaused(happened.UserId, happened.Address);
                break;
            default:
                LogChanged(Word(happened.Kind), happened.UserId, happened.SessionId, happened.Address);
                break;
        }
    }

    /// <summary>
    /// A line of the ledger: what is in its free words, and what it names by a caller's own choice, is left to the ledger. A client that gives back a token
    /// of its own is everyday traffic, and told at debug level only: the ledger has it.
    /// </summary>
    public void Withdrawn(RevocationEntry entry)
    {
        var level = entry.Cause == RevocationCause.ClientRequest ? LogLevel.Debug : LogLevel.Information;
        if (_logger.IsEnabled(level))
        {
            var (cause, target, actor) = (Word(entry.Cause), Word(entry.TargetKind), Word(entry.ActorKind));
            LogWithdrawn(level, entry.Id, cause, target, entry.TargetId, entry.UserId, entry.ClientId, actor, entry.ActorId, entry.Address);
        }
    }

    [LoggerMessage(6002, LogLevel.Warning, "Sign-in failed: user {UserId}, from {Address}.")]
    public partial void SignInFailed(Guid? userId, string? address);

    [LoggerMessage(6012, LogLevel.Information, "Enabled again: {Target} {TargetId}, by operator {OperatorId}, from {Address}.")]
    public partial void Enabled(RevocationTargetKind target, Guid targetId, Guid? operatorId, string? address);

    [LoggerMessage(6021, LogLevel.Information, "Registered: client {ClientRow}, by operator {OperatorId}, from {Address}.")]
    public partial void ClientRegistered(Guid clientRow, Guid? operatorId, string? address);

    [LoggerMessage(6022, LogLevel.Information, "Changed: client {ClientRow}, by operator {OperatorId}, from {Address}.")]
    public partial void ClientChanged(Guid clientRow, Guid? operatorId, string? address);

    [LoggerMessage(6023, LogLevel.Information, "New secret: client {ClientRow} (the old one leaked: {Leaked}), by operator {OperatorId}, from {Address}.")]
    public partial void SecretRotated(Guid clientRow, bool leaked, Guid? operatorId, string? address);

    [LoggerMessage(6031, LogLevel.Information, "Made: user {UserId} with the roles {Roles}, by operator {OperatorId}, from {Address}.")]
    public partial void UserMade(Guid userId, string roles, Guid? operatorId, string? address);

    [LoggerMessage(6032, LogLevel.Information, "Changed: user {UserId}, who has the roles {Roles} now, by operator {OperatorId}, from {Address}.")]
    public partial void UserChanged(Guid userId, string roles, Guid? operatorId, string? address);

    [LoggerMessage(6041, LogLevel.Information, "Explained (found: {Found}): a token of user {UserId} and client {ClientRow}, to {AskerId}, from {Address}.")]
    public partial void Explained(bool found, Guid? userId, Guid? clientRow, Guid? askerId, string? address);

    [LoggerMessage(2003, LogLevel.Information, "Published the signing key {Kid} ({Alg}), which signs from {SignsFrom}: {Added}.")]
    public partial void KeyPublished(string kid, string alg, DateTime signsFrom, bool added);

    [LoggerMessage(6051, LogLevel.Information, "Rotated at once: the signing key of {Alg}, by operator {OperatorId}, from {Address}.")]
    public partial void KeyRotated(string alg, Guid? operatorId, string? address);

    [LoggerMessage(6001, LogLevel.Information, "Signed in: user {UserId}, session {SessionId}, from {Address}.")]
    private partial void LogSignedIn(Guid userId, Guid? sessionId, string? address);

    [LoggerMessage(6003, LogLevel.Warning, "Sign-in is paused after too many failures: user {UserId}, from {Address}.")]
    private partial void LogPaused(Guid userId, string? address);

    [LoggerMessage(6004, LogLevel.Information, "{Event}: user {UserId}, session {SessionId}, from {Address}.")]
    private partial void LogChanged(string @event, Guid userId, Guid? sessionId, string? address);

    [LoggerMessage(EventId = 6011, Message = "Withdrawn ({RevocationId}, {Cause}): {Target} {TargetId}, user {UserId}, client {ClientRow}, by {Actor} {ActorId}, from {Address}.")]
    private partial void LogWithdrawn(
        LogLevel level, Guid revocationId, string cause, string target, Guid targetId, Guid? userId, Guid? clientRow, string actor, Guid? actorId, string? address);

    private static string Word(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

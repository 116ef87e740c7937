using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Admin;

/// <summary>What the operator API refuses, and how it says so (RFC 9457).</summary>
internal static class ApiProblems
{
    private const int MaxReason = 500;

    public const string DoesNotFit = "The body or a parameter is not of its form: bodies are JSON with no member that is not known, and an id is the UUID of the row, not a client_id or an address.";

    public static ProblemHttpResult NotFound => Of(StatusCodes.Status404NotFound, "There is no such thing.");

    public static ProblemHttpResult UnknownKind => Of(
        StatusCodes.Status400BadRequest,
        "kind must be family, session, grant, grant_scope, user_sessions, user, user_deletion, client, client_deletion, client_tokens or client_scope; the two scope kinds need scope.");

    /// <summary>Null: the ledger can hold the operator's words.</summary>
    public static ProblemHttpResult? OfReason(string? reason) => reason?.Length > MaxReason || reason?.Contains('\0', StringComparison.Ordinal) is true
        ? Of(StatusCodes.Status400BadRequest, $"reason must be text of at most {MaxReason} characters.")
        : null;

    public static ProblemHttpResult NulCharacter => Of(StatusCodes.Status400BadRequest, "The query has a NUL character.");

    public static ProblemHttpResult WrongCursor => Of(StatusCodes.Status400BadRequest, "before must be what the page before it gave as next.");

    /// <summary>An operator who shuts themselves out cannot let themselves in again.</summary>
    public static ProblemHttpResult Yourself => Of(
        StatusCodes.Status409Conflict, "You cannot disable or delete yourself. Another operator can.");

    public static ProblemHttpResult ChangedMeanwhile => Of(
        StatusCodes.Status409Conflict, "Somebody changed it at the same moment. Nothing was done; look again.");

    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}

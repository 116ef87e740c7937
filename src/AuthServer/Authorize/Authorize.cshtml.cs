using AuthServer.Grants;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Authorize;

/// <summary>
/// The authorization endpoint (RFC 6749 §3.1; OpenID Connect Core §3.1.2), by GET and POST. Not idempotent: each success opens a family.
/// Errors: those of RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6, at the redirect URI; a page where that is not known.
/// </summary>
[IgnoreAntiforgeryToken]
internal sealed class AuthorizeModel(
    AuthorizationRequestReader reader,
    PushedRequests pushed,
    Authorization authorization,
    Continuations continuations,
    SingleUse singleUse,
    Issuer issuer,
    TimeProvider time) : PageModel
{
    private const string Path = "/connect/authorize";

    private static readonly AuthorizationRefusal TooLong =
        AuthorizationRefusal.InvalidRequest($"The request is longer than {ProtocolParameters.MaxWaitingLength} characters.");

    /// <summary>What a person must be told, because the client cannot be.</summary>
    public AuthorizationRefusal? Problem { get; private set; }

    /// <summary>The answer, where the client wants it posted.</summary>
    public FormPost? FormPost { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Request.Query[Continuations.Parameter].ToString() is { Length: > 0 } text)
        {
            return continuations.Open(text, ContinuationKind.Authorize) is { } waiting
                ? await AnswerAsync(await OnceAsync(text, waiting, cancellationToken), cancellationToken)
                : Tell(new("invalid_request", "This took longer than an hour, or the address was changed on the way."));
        }

        return ProtocolParameters.ReadQuery(HttpContext).Failed(out var error, out var parameters)
            ? Tell(new(error.Error, error.Description))
            : parameters.MayWait ? await AnswerAsync(Asked(parameters), cancellationToken) : Tell(TooLong);
    }

    /// <summary>A POST from another site comes without our cookies (SameSite=Lax), so it goes on as a GET that has them.</summary>
    public async Task<IActionResult> OnPostAsync() =>
        (await ProtocolParameters.ReadFormAsync(HttpContext)).Failed(out var error, out var parameters)
            ? Tell(new(error.Error, error.Description))
            : parameters.MayWait ? new SeeOther(ContinueAt(Asked(parameters))) : Tell(TooLong);

    /// <summary>What the user did for it on the way, signing in or allowing, answers one visit. Another is as if it were asked now.</summary>
    private async Task<Continuation> OnceAsync(string text, Continuation waiting, CancellationToken cancellationToken)
    {
        if (HttpContext.Session() is not { Session: var session } || (session.AuthTime < waiting.AskedAt && session.Id != waiting.ConsentedIn))
        {
            return waiting;
        }

        // The bytes, for the same can be spelled in several ways.
        var bytes = Convert.ToBase64String(WebEncoders.Base64UrlDecode(text));
        return await singleUse.TryUseAsync("continuation", Path, bytes, waiting.AskedAt + Continuations.Lifetime, cancellationToken)
            ? waiting
            : waiting with { AskedAt = time.GetUtcNow().UtcDateTime, Allowed = null, ConsentedIn = null };
    }

    private Continuation Asked(ProtocolParameters parameters) =>
        new(ContinuationKind.Authorize, parameters.Values, time.GetUtcNow().UtcDateTime, ReturnUri: null);

    private async Task<IActionResult> AnswerAsync(Continuation asked, CancellationToken cancellationToken)
    {
        if (!asked.Pushed && asked.Parameters.GetValueOrDefault("request_uri") is { } requestUri && PushedRequests.IsReference(requestUri))
        {
            // RFC 9101 §6.3: what stands beside it is not looked at, but for the client_id.
            var clientId = asked.Parameters.GetValueOrDefault("client_id") ?? "";
            return await pushed.TakeAsync(requestUri, clientId, cancellationToken) is { } parameters
                ? await AnswerAsync(asked with { Parameters = parameters, Pushed = true }, cancellationToken)
                : Tell(new("invalid_request_uri", "The request_uri is unknown, expired, used before, or another client's."));
        }

        var (request, refusal) = await reader.ReadAsync(new ProtocolParameters(asked.Parameters), asked.Pushed, cancellationToken);
        if (request is null)
        {
            return Tell(refusal!);
        }

        if (refusal is not null)
        {
            return Refuse(request, refusal);
        }

        if (asked.Denied)
        {
            return Refuse(request, new("access_denied", "The user said no."));
        }

        var waiting = asked with { ReturnUri = request.RedirectUri };
        return await authorization.DecideAsync(request, HttpContext.Session(), asked, cancellationToken) switch
        {
            AuthorizationDecision.SignIn signIn => new SeeOther(SignInAt(request, waiting with { SecondFactor = signIn.SecondFactor })),
            AuthorizationDecision.Ask => new SeeOther(
                QueryHelpers.AddQueryString("/consent", Continuations.Parameter, continuations.Seal(waiting))),
            AuthorizationDecision.Refuse no => Refuse(request, no.Refusal),
            AuthorizationDecision.Answer yes => Send(request, [new("code", yes.Code)]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private string ContinueAt(Continuation continuation) =>
        QueryHelpers.AddQueryString(Path, Continuations.Parameter, continuations.Seal(continuation));

    private string SignInAt(AuthorizationRequest request, Continuation waiting)
    {
        var login = QueryHelpers.AddQueryString("/Identity/Account/Login", "ReturnUrl", ContinueAt(waiting));
        return request.LoginHint is { } hint ? QueryHelpers.AddQueryString(login, "LoginHint", hint) : login;
    }

    private PageResult Tell(AuthorizationRefusal refusal)
    {
        Problem = refusal;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private ActionResult Refuse(AuthorizationRequest request, AuthorizationRefusal refusal) =>
        Send(request, [new("error", refusal.Error), new("error_description", refusal.Description)]);

    /// <summary>Every answer names its issuer, so that clients of several servers cannot be mixed up (RFC 9207 §2).</summary>
    private ActionResult Send(AuthorizationRequest request, IEnumerable<KeyValuePair<string, string>> members)
    {
        List<KeyValuePair<string, string>> fields = [.. members, new("iss", issuer.Value)];
        if (request.State is not null)
        {
            fields.Add(new("state", request.State));
        }

        if (request.ResponseMode != "form_post")
        {
            return new SeeOther(QueryHelpers.AddQueryString(request.RedirectUri, fields!));
        }

        HttpContext.AllowFormAction(request.RedirectUri);
        FormPost = new FormPost(request.RedirectUri, request.Client.ClientName ?? request.Client.ClientId, fields);
        return Page();
    }
}

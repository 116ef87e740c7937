using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.EndSession;

/// <summary>Reads a logout request. What cannot be verified is left out, so that nothing leads to an address nobody registered.</summary>
internal sealed class EndSessionReader(AuthServerDbContext db, IdTokenHints hints)
{
    public async Task<EndSessionRequest> ReadAsync(ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        var hint = parameters["id_token_hint"] is { } token ? await hints.ReadAsync(token, cancellationToken) : null;

        // RP-Initiated Logout §2: a hint that cannot be verified names nobody, and client_id must be the hint's audience.
        var named = parameters["client_id"];
        var spoiled = (parameters["id_token_hint"] is not null && hint is null) || (hint is not null && named is not null && named != hint.ClientId);
        var clientId = spoiled ? null : hint?.ClientId ?? named;
        var client = clientId is null
            ? null
            : await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == clientId, cancellationToken);
        return new EndSessionRequest(spoiled ? null : hint, client, ReturnUri(client, parameters));
    }

    private static string? ReturnUri(Client? client, ProtocolParameters parameters) =>
        parameters["post_logout_redirect_uri"] is not { } uri || client is not { Disabled: false } || !client.PostLogoutRedirectUris.Contains(uri)
            ? null
            : parameters["state"] is { } state ? QueryHelpers.AddQueryString(uri, "state", state) : uri;
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace AuthServer.Pages;

/// <summary>The framework's policies. Its cache of them, which it keeps for its own provider alone, asks for all endpoints while the pipeline is put together, those of <see cref="LatePages"/> too.</summary>
internal sealed class PoliciesWithoutCache(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options);

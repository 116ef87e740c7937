using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AuthServer.Grants.Entities;

/// <summary>A registered client. The properties are the metadata of RFC 7591 §2 and its extensions, in Pascal case.</summary>
public sealed class Client
{
    /// <summary>The row. Tokens name it, never the <c>client_id</c>: a client made again under an old name inherits nothing.</summary>
    public required Guid Id { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Hash of the secret by Identity's password hasher; null for a public client. Secret.</summary>
    public string? ClientSecretHash { get; set; }

    public string? ClientName { get; set; }

    public string? ClientUri { get; set; }

    public string? LogoUri { get; set; }

    public string? TosUri { get; set; }

    public string? PolicyUri { get; set; }

    public required string TokenEndpointAuthMethod { get; set; }

    /// <summary>The algorithm its assertions are signed with (RFC 7523; OpenID Connect Registration 1.0 §2); null: any that the server knows.</summary>
    public string? TokenEndpointAuthSigningAlg { get; set; }

    /// <summary>Its public keys, a JWK Set in JSON; not together with <see cref="JwksUri"/>.</summary>
    public string? Jwks { get; set; }

    /// <summary>Where its public keys are fetched.</summary>
    public string? JwksUri { get; set; }

    /// <summary>Only pushed authorization requests are taken from it (RFC 9126 §6).</summary>
    public bool RequirePushedAuthorizationRequests { get; set; }

    /// <summary>Only token requests with a DPoP proof are taken from it (RFC 9449 §5.2).</summary>
    public bool DpopBoundAccessTokens { get; set; }

    public IList<string> GrantTypes { get; set; } = [];

    public IList<string> RedirectUris { get; set; } = [];

    public IList<string> PostLogoutRedirectUris { get; set; } = [];

    /// <summary>Space-delimited (RFC 6749 §3.3): what the client may ask for, now.</summary>
    public string Scope { get; set; } = "";

    /// <summary><c>web</c> or <c>native</c> (OpenID Connect Registration 1.0 §2).</summary>
    public string ApplicationType { get; set; } = "web";

    /// <summary><c>jwt</c> (RFC 9068) or <c>opaque</c>.</summary>
    public string AccessTokenFormat { get; set; } = "jwt";

    public string AccessTokenSignedResponseAlg { get; set; } = "ES256";

    public string IdTokenSignedResponseAlg { get; set; } = "RS256";

    /// <summary>Where logout tokens are posted (OpenID Connect Back-Channel Logout 1.0 §2.2); null: it is not told.</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>The client knows sessions by <c>sid</c> alone, so a logout token without one is no use to it.</summary>
    public bool BackchannelLogoutSessionRequired { get; set; }

    /// <summary>What the signed-out page loads in a frame (OpenID Connect Front-Channel Logout 1.0 §2); null: nothing.</summary>
    public string? FrontchannelLogoutUri { get; set; }

    /// <summary><c>iss</c> and <c>sid</c> are added to that address.</summary>
    public bool FrontchannelLogoutSessionRequired { get; set; }

    /// <summary>Its offline families outlive a sign-out (docs/decisions/0005).</summary>
    public bool OfflineAccessSurvivesLogout { get; set; }

    /// <summary>Revoking one of its access tokens takes the family with it (RFC 7009 §2.1 leaves the choice).</summary>
    public bool RevokeFamilyWithAccessToken { get; set; }

    /// <summary><c>explicit</c>: the user is asked; <c>implicit</c>: the operator has decided for everybody.</summary>
    public string Consent { get; set; } = "explicit";

    /// <summary>May introspect tokens of other clients (RFC 7662).</summary>
    public bool Introspection { get; set; }

    /// <summary>The resources whose tokens it may introspect; empty: every resource.</summary>
    public IList<string> IntrospectionResources { get; set; } = [];

    public required DateTime CreatedAt { get; init; }

    /// <summary>Refused everywhere, until an operator enables the client again. Written by the cascade alone.</summary>
    public bool Disabled { get; private set; }

    /// <summary>Stepped to withdraw everything the client holds. Written by the cascade alone.</summary>
    public int Epoch { get; private set; }

    /// <summary>A client that cannot keep a secret (RFC 6749 §2.1).</summary>
    public bool IsPublic => TokenEndpointAuthMethod == "none";

    internal sealed class Mapping : IEntityTypeConfiguration<Client>
    {
        public void Configure(EntityTypeBuilder<Client> builder)
        {
            builder.ToTable("Clients");
            builder.HasIndex(c => c.ClientId).IsUnique();
            builder.Property(c => c.ClientId).HasMaxLength(200);
            builder.Ignore(c => c.IsPublic);
            builder.Property(c => c.Disabled).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            builder.Property(c => c.Epoch).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        }
    }
}

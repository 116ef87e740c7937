using System.Text.Json;
using AuthServer.Protocol;

namespace AuthServer.Tests.Protocol;

/// <summary>RFC 7519 §4: whatever a claim says, it is read as it was written.</summary>
public sealed class TokenClaimsTests
{
    [Theory]
    [InlineData("Zoë \"Z\" O'Hara \\ <b> & {}")]
    [InlineData("名前 😀")]
    [InlineData("line\nline\u2028\u0000\u001f")]
    [InlineData("")]
    public void What_is_told_of_a_user_is_read_as_it_was_written(string text)
    {
        using var claims = new TokenClaims();
        claims.Add([
            new("name", text), new("email_verified", true), new("updated_at", 1_700_000_000L),
            new("address", new Dictionary<string, string>(StringComparer.Ordinal) { ["formatted"] = text }),
        ]);
        var read = JsonDocument.Parse(claims.End()).RootElement;

        Assert.Equal(text, read.GetProperty("name").GetString());
        Assert.True(read.GetProperty("email_verified").GetBoolean());
        Assert.Equal(1_700_000_000L, read.GetProperty("updated_at").GetInt64());
        Assert.Equal(text, read.GetProperty("address").GetProperty("formatted").GetString());
    }

    [Fact]
    public void Instants_are_numeric_dates_and_lists_are_arrays()
    {
        var id = Guid.Parse("0198c5c4-8b1c-7000-8000-00000000000a");
        using var claims = new TokenClaims();
        claims.Add("iat", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        claims.Add("sub", id);
        claims.Add("amr", ["pwd", "otp"]);

        Assert.Equal($$"""{"iat":1767323045,"sub":"{{id}}","amr":["pwd","otp"]}""", claims.End());
    }
}

using AuthServer.Grants;

namespace AuthServer.Tests.Protocol;

/// <summary>RFC 6749 §3.3: values between spaces, each compared whole and by case.</summary>
public sealed class ScopeTextTests
{
    [Theory]
    [InlineData("openid email", "openid email profile", true, "openid email")]
    [InlineData("openid email", "email openid", true, "openid email")]
    [InlineData("openid email", "openid", false, "openid")]
    [InlineData("openid", "openid2 xopenid OPENID", false, "")]
    [InlineData("", "openid", true, "")]
    [InlineData("openid", "", false, "")]
    [InlineData("b a", "a", false, "a")]
    public void Within_and_what_two_have_in_common(string scope, string allowed, bool within, string common)
    {
        Assert.Equal(within, ScopeText.IsWithin(scope, allowed));
        Assert.Equal(common, ScopeText.Intersect(scope, allowed));
    }

    [Theory]
    [InlineData("openid email", "email", true)]
    [InlineData("openid email", "mail", false)]
    [InlineData("openid email", "Email", false)]
    [InlineData("", "email", false)]
    public void Contains_a_value(string scope, string value, bool contains) => Assert.Equal(contains, ScopeText.Contains(scope, value));
}

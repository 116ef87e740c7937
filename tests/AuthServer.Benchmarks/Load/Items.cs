namespace AuthServer.Benchmarks.Load;

/// <summary>Everything that is driven, with its limit and its goal.</summary>
internal static class Items
{
    public static async Task<IReadOnlyList<Item>> OfAsync(Scene scene, LoadOptions options)
    {
        var server = scene.Server;
        var active = "{\"active\":true";
        var sub = $"\"sub\":\"{await SubjectAsync(scene)}\"";
        var credentials = new RequestText(
            server.EndPoint, "POST /connect/token", BenchmarkClient.Machine.Authorization, "grant_type=client_credentials&scope=orders.read");
        return
        [
            .. new Item[]
            {
                new FixedItem("discovery", new(server.EndPoint, "GET /.well-known/openid-configuration"), $"\"issuer\":\"{server.Address}\"")
                    { Limit = LimitItem.Json, Goal = new(0.75, 0.75) },
                new FixedItem("jwks", new(server.EndPoint, "GET /.well-known/jwks"), "\"kid\":") { Limit = LimitItem.Json, Goal = new(0.75, 0.75) },
                new FixedItem("client-credentials", credentials, "\"access_token\":\"eyJ") { Limit = LimitItem.Signature, Goal = new(0.80, 0.80) },
                Introspect("introspect-unseen", seen: false, new(0.45, 0.45)),
                Introspect("introspect-seen", seen: true, new(0.90, 0.90)),
                new TokenItem("userinfo-unseen", scene, scene.UserInfo(), sub, seen: false) { Limit = LimitItem.Signature, Goal = new(0.45, 0.45) },
                new TokenItem("userinfo-seen", scene, scene.UserInfo(), sub, seen: true) { Limit = LimitItem.Signature, Goal = new(0.90, 0.90) },
                new RefreshItem("refresh-es256", scene, BenchmarkClient.Es256, "ES256") { Limit = LimitItem.Signature, Goal = new(0.20, 0.28) },
                new RefreshItem("refresh-rs256", scene, BenchmarkClient.Rs256, "RS256") { Limit = LimitItem.RsaSignature, Goal = new(0.45, 0.55) },
                new RevokeItem(scene, options.Families) { Limit = LimitItem.Insert, Goal = new(0.60, 0.80, Spread: 10) },
                LimitItem.Verification,
                LimitItem.FlushedInsert,
            }.Where(item => options.Wants(item.Name)),
        ];

        TokenItem Introspect(string name, bool seen, Goal goal) =>
            new(name, scene, scene.Introspection(BenchmarkClient.Es256), active, seen) { Limit = LimitItem.Signature, Goal = goal };
    }

    private static async Task<string> SubjectAsync(Scene scene)
    {
        var family = (await scene.OpenAsync(BenchmarkClient.Es256, 1))[0];
        var answer = await scene.AskAsync(scene.UserInfo(), family.AccessToken);
        return answer.Member("\"sub\":"u8) is { IsEmpty: false } sub ? System.Text.Encoding.ASCII.GetString(sub.Span) : throw answer.Wrong("userinfo");
    }
}

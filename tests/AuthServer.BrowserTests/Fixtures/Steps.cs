using AuthServer.BrowserTests.Pages;

namespace AuthServer.BrowserTests.Fixtures;

/// <summary>The pages as one visitor sees them, and the ways that many stories take.</summary>
internal static class Steps
{
    extension(Visitor visitor)
    {
        public HomePage Home => new(visitor.Page);

        public LoginPage Login => new(visitor.Page);

        public ConsentPage Consent => new(visitor.Page);

        public PlaygroundPage Playground => new(visitor.Page);

        public SignOutPage SignOut => new(visitor.Page);

        public SessionsPage Sessions => new(visitor.Page);

        public ConnectedAppsPage ConnectedApps => new(visitor.Page);

        public DevicePage Device => new(visitor.Page);

        public WithdrawPage Withdraw => new(visitor.Page);

        public OperatorPages Operator => new(visitor.Page);

        public ShopPage Shop => new(visitor.Page);

        /// <summary>Signs in here, without a client.</summary>
        public async Task SignInAsync(Person person)
        {
            await visitor.GoToAsync(LoginPage.Path);
            await visitor.Login.SignInAsync(person);
            await visitor.Home.ShownAsync();
        }

        /// <summary>Opens the playground, signs in there and allows it everything: it has tokens then.</summary>
        public async Task GetTokensAsync(Person person)
        {
            await visitor.GoToAsync(PlaygroundPage.Path);
            await visitor.Playground.AskAsync();
            await visitor.Login.SignInAsync(person);
            await visitor.Consent.AllowAsync();
            await visitor.Playground.HasTokensAsync();
        }
    }
}

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

        /// <summary>Follows the first link of a mail, which comes to Development's mailbox a second or so after it was asked for.</summary>
        public async Task OpenMailAsync(string address, string subject)
        {
            var mail = visitor.Page.Locator(".mail").Filter(new() { HasText = address }).Filter(new() { HasText = subject });
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await visitor.GoToAsync("/mailbox");
            while (await mail.CountAsync() == 0)
            {
                await timer.WaitForNextTickAsync(patience.Token);
                await visitor.GoToAsync("/mailbox");
            }

            await Story.PictureAsync(visitor.Page, "mailbox-full");
            await mail.GetByRole(AriaRole.Link).First.ClickAsync();
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

// A page of another origin that signs people in with the library alone. The test calls what it leaves in `users`.
const settings = await (await fetch('/settings.json')).json();
globalThis.users = new oidc.UserManager({
  ...settings,
  redirect_uri: `${location.origin}/`,
  post_logout_redirect_uri: `${location.origin}/`,
  loadUserInfo: true,
  automaticSilentRenew: false,
});

const say = (text) => { document.querySelector('[role=status]').textContent = text; };
const came = new URLSearchParams(location.search);
if (came.has('code') || came.has('error')) {
  const user = await users.signinCallback();
  say(`Signed in: ${user.profile.email}`);
} else if (came.has('state')) {
  await users.signoutCallback();
  say('Signed out');
} else {
  say('Nobody is signed in');
}

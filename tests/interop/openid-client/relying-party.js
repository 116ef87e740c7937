// What every scenario needs: its settings, the person on the other end of standard input and output, and the way to a first token.
import * as client from 'openid-client';
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// Nobody closes it: it must keep the scenario alive only while there is an answer to wait for.
const read = async () => {
  process.stdin.ref();
  const { value } = await lines.next();
  process.stdin.unref();
  return JSON.parse(value);
};

// The first line: { server, client_id, client_secret?, private_key?, redirect_uri, post_logout_redirect_uri }.
export const settings = await read();

const ask = (what) => {
  process.stdout.write(`${JSON.stringify(what)}\n`);
  return read();
};

// The person goes there, signs in and allows what is asked; gives the address they come back at.
export const visit = async (url, until = settings.redirect_uri) => new URL((await ask({ visit: url, until })).arrived);

// The person types the code that a device shows, and allows it.
export const approve = (verificationUri) => ask({ approve: verificationUri });

// What the client's back-channel logout endpoint is sent next.
export const logoutToken = async () => (await ask({ logout_token: true })).logout_token;

export const discover = async (authentication = client.ClientSecretBasic(settings.client_secret), options = {}) => {
  const config = await client.discovery(new URL(settings.server), settings.client_id, undefined, authentication, {
    execute: [client.allowInsecureRequests],
    ...options,
  });

  // Signatures of ID tokens are checked with the published keys even where they come by a direct connection.
  client.enableNonRepudiationChecks(config);
  return config;
};

// The authorization code flow with PKCE, state and nonce; the library checks what comes back.
export const signIn = async (config, parameters = {}, options = {}) => {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const request = {
    redirect_uri: settings.redirect_uri,
    scope: 'openid profile email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  };
  const url = options.pushed
    ? await client.buildAuthorizationUrlWithPAR(config, request, options)
    : client.buildAuthorizationUrl(config, request);
  const arrived = await visit(url.href);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return { url, tokens: await client.authorizationCodeGrant(config, arrived, checks, undefined, options) };
};

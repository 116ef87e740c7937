// A public client in one page: OAuth 2.0 code flow with PKCE, OpenID Connect, RFC 7009, RFC 7662, RP-initiated logout.

import { challengeOf, decode, random, refusal, send } from './playground/protocol.js';
import { record, save, state, take } from './playground/store.js';
import { drawLog, drawTokens, say } from './playground/view.js';

const root = document.getElementById('playground');
const clientId = root.dataset.clientId;
const redirectUri = `${location.origin}/playground`;
let server = null;
let line = Promise.resolve();

const draw = () => {
  drawTokens(state.tokens);
  drawLog(state.log);
};

const note = entry => {
  record(entry);
  drawLog(state.log);
};

const post = (url, form, check = false) => send({ url, form: { ...form, client_id: clientId }, check }, note);
const expiryOf = token => (decode(token)?.claims.exp ?? 0) * 1000;   // an ID token without exp is none

/** Leaves for a page of the server; the log remembers where to. */
function leave(url, parameters) {
  record({ at: Date.now(), method: 'GET', url, status: null, took: null, request: parameters, response: null, check: false });
  save();
  location.assign(`${url}?${new URLSearchParams(parameters)}`);
}

async function discover() {
  const answer = await send({ method: 'GET', url: '/.well-known/openid-configuration' }, note);
  if (!answer.ok) {
    throw new Error(`The discovery document cannot be read: ${refusal(answer)}`);
  }

  if (new URL(answer.body.token_endpoint).origin !== location.origin) {
    throw new Error(`This server calls itself ${answer.body.issuer}. Open the playground there: ${answer.body.issuer}/playground`);
  }

  return answer.body;
}

// ---- sign-in

async function signIn(form) {
  const chosen = new FormData(form);
  const verifier = random();
  state.pending = { kind: 'code', state: random(), nonce: random(), verifier };
  const prompt = chosen.get('prompt');
  leave(server.authorization_endpoint, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: chosen.getAll('scope').join(' '),
    state: state.pending.state,
    nonce: state.pending.nonce,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    ...(prompt && { prompt }),
  });
}

/** The browser is back from the server, with an answer in the address. */
async function comeBack() {
  const answer = new URLSearchParams(location.search);
  if (!['code', 'error', 'state'].some(name => answer.has(name))) {
    return false;
  }

  history.replaceState(null, '', location.pathname);   // a code does not stay in the address bar
  const { pending } = state;
  state.pending = null;
  save();
  if (!pending || answer.get('state') !== pending.state) {
    say('An answer came that this tab did not ask for: its state is not ours. It was thrown away, as a client must (RFC 6749 §10.12).', 'bad');
    return true;
  }

  if (pending.kind === 'signout') {
    await check('signed out');
    say('You are signed out. Every token of the sign-in is dead.', 'good');
    return true;
  }

  // RFC 9207: the answer must come from the server that was asked.
  if (answer.get('iss') !== server.issuer && (answer.has('iss') || server.authorization_response_iss_parameter_supported)) {
    say(`The answer names another issuer (${answer.get('iss') ?? 'none'}). It was thrown away.`, 'bad');
  } else if (answer.has('error')) {
    say(`${answer.get('error')}${answer.has('error_description') ? `: ${answer.get('error_description')}` : ''}`, 'bad');
  } else {
    await redeem(answer.get('code'), pending);
  }

  return true;
}

async function redeem(code, { verifier, nonce }) {
  const answer = await post(server.token_endpoint, { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier });
  if (!answer.ok) {
    say(`The code was refused. ${refusal(answer)}`, 'bad');
    return;
  }

  // OpenID Connect Core §3.1.3.7 (11): an ID token for another sign-in has another nonce.
  if (answer.body.id_token && decode(answer.body.id_token)?.claims.nonce !== nonce) {
    say('The ID token has another nonce than was asked for. Its tokens were thrown away.', 'bad');
    return;
  }

  state.tokens = null;
  take(answer.body, expiryOf);
  await check();
  say('You are signed in, and here are the tokens.', 'good');
}

// ---- is it alive?

/** Asks about each token. `reason` is why one that was alive until now may have died. */
async function check(reason = 'withdrawn elsewhere') {
  const { tokens } = state;
  for (const kind of ['access', 'refresh']) {
    const token = tokens?.[kind];
    if (!token) {
      continue;
    }

    const answer = await post(server.introspection_endpoint, { token: token.value, token_type_hint: `${kind}_token` }, true);
    if (!answer.ok) {
      say(`Introspection was refused. ${refusal(answer)}`, 'bad');
      continue;
    }

    token.reason = answer.body.active ? undefined
      : token.alive === false ? token.reason
      : token.expires <= Date.now() ? 'expired'
      : reason;
    token.alive = answer.body.active;
    if (answer.body.exp) {
      token.expires ??= answer.body.exp * 1000;
    }
  }

  if (reason === 'signed out' && tokens?.id) {
    tokens.id.alive = false;
    tokens.id.reason = reason;
  }

  save();
  drawTokens(tokens);
}

// ---- the buttons

async function refresh(token, words, reason) {
  const answer = await post(server.token_endpoint, { grant_type: 'refresh_token', refresh_token: token });
  if (answer.ok) {
    take(answer.body, expiryOf);
    await check();
    say(words, 'good');
  } else {
    await check(reason);
    say(`Refused. ${refusal(answer)}`, 'bad');
  }
}

async function introspect(kind) {
  const answer = await post(server.introspection_endpoint, { token: state.tokens[kind].value, token_type_hint: `${kind}_token` });
  await check();
  say(answer.ok ? `The server says: ${answer.body.active ? 'active' : 'not active'}. See its answer on the list.` : refusal(answer), answer.body?.active ? 'good' : 'bad');
}

async function revoke(kind) {
  const answer = await post(server.revocation_endpoint, { token: state.tokens[kind].value, token_type_hint: `${kind}_token` });
  await check(kind === 'refresh' ? 'its family was revoked' : 'revoked');
  say(answer.ok ? `Revoked. Look at the ${kind === 'refresh' ? 'tokens: the access token went with it' : 'access token'}.` : refusal(answer), answer.ok ? 'good' : 'bad');
}

const acts = {
  check: async () => { await check(); say('Asked. The badges say what the server says.'); },
  forget: () => { state.tokens = null; state.pending = null; save(); say('Forgotten by this page. They may still be alive: forgetting is not revoking.'); },
  'clear-log': () => { state.log = []; save(); },
  refresh: () => refresh(state.tokens.refresh.value, 'Refreshed. The refresh token before it is used up.', 'refused'),
  replay: () => refresh(state.tokens.previous.value, 'Within the leeway it counts as a retry: you got the current token again.', 'an old refresh token was replayed'),
  userinfo: async () => {
    const answer = await send({ method: 'GET', url: server.userinfo_endpoint, bearer: state.tokens.access.value }, note);
    await check();
    say(answer.ok ? `User info says you are ${answer.body.name ?? answer.body.email ?? answer.body.sub}.` : `Refused. ${refusal(answer)}`, answer.ok ? 'good' : 'bad');
  },
  'introspect-access': () => introspect('access'),
  'introspect-refresh': () => introspect('refresh'),
  'revoke-access': () => revoke('access'),
  'revoke-refresh': () => revoke('refresh'),
  signout: () => {
    state.pending = { kind: 'signout', state: random() };
    leave(server.end_session_endpoint, {
      id_token_hint: state.tokens.id.value, client_id: clientId, post_logout_redirect_uri: redirectUri, state: state.pending.state,
    });
  },
};

/** One act at a time, in the order of the clicks; what goes wrong is said, never swallowed. */
function run(act) {
  line = line.then(act).catch(error => say(error.message, 'bad')).then(draw);
}

root.addEventListener('click', event => {
  const name = event.target.closest('[data-act]')?.dataset.act;
  if (name) {
    run(acts[name]);
  }
});

document.getElementById('ask').addEventListener('submit', event => {
  event.preventDefault();
  run(() => signIn(event.target));
});

// Somebody may have signed out in another tab meanwhile.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && server && state.tokens) {
    run(() => check());
  }
});

setInterval(() => drawTokens(state.tokens), 1000);
draw();
run(async () => {
  server = await discover();
  document.querySelector('#ask [type=submit]').disabled = false;
  if (!await comeBack() && state.tokens) {
    await check();
  }
});

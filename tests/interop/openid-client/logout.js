// OpenID Connect RP-Initiated Logout 1.0, and Back-Channel Logout 1.0 §2.6 as the client validates it.
import * as client from 'openid-client';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import assert from 'node:assert/strict';
import { discover, logoutToken, settings, signIn, visit } from './relying-party.js';

const config = await discover();
const { tokens } = await signIn(config);
const state = client.randomState();
const url = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: settings.post_logout_redirect_uri,
  state,
});
const left = await visit(url.href, settings.post_logout_redirect_uri);
assert.deepEqual([...left.searchParams], [['state', state]]);

const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const { payload } = await jwtVerify(await logoutToken(), keys, {
  issuer: settings.server,
  audience: settings.client_id,
  typ: 'logout+jwt',
  maxTokenAge: '2m',
  requiredClaims: ['jti', 'sid'],
});
assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
assert.equal(payload.nonce, undefined);
assert.deepEqual([payload.sid, payload.sub], [tokens.claims().sid, tokens.claims().sub]);

// The same browser is signed in no more, and what was bought in it is gone.
await assert.rejects(signIn(config, { prompt: 'none' }), { error: 'login_required' });
assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false });

// RFC 9449: pushed request, code, userinfo and refresh, all with one key, and with the server's nonces.
import * as client from 'openid-client';
import assert from 'node:assert/strict';
import { discover, signIn } from './relying-party.js';

const config = await discover();
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
for (const pushed of [false, true]) {
  const { tokens } = await signIn(config, {}, { DPoP, pushed });
  const { sub } = tokens.claims();
  assert.equal(tokens.token_type, 'dpop');
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).sub, sub);

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  assert.equal(refreshed.token_type, 'dpop');
  assert.equal((await client.fetchUserInfo(config, refreshed.access_token, sub, { DPoP })).sub, sub);

  // Whoever found the token has not found the key.
  const finder = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  await assert.rejects(client.fetchUserInfo(config, refreshed.access_token, sub, { DPoP: finder }), { status: 401 });
  await assert.rejects(client.fetchUserInfo(config, refreshed.access_token, sub), { status: 401 });
}

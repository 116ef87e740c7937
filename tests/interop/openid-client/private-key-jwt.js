// RFC 7523 §2.2: no secret is shared; the key's public half is registered.
import * as client from 'openid-client';
import { importPKCS8 } from 'jose';
import assert from 'node:assert/strict';
import { discover, settings, signIn } from './relying-party.js';

const key = await importPKCS8(settings.private_key, 'ES256');
const config = await discover(client.PrivateKeyJwt({ key, kid: settings.kid }));
const { tokens } = await signIn(config);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal(refreshed.claims().sub, tokens.claims().sub);
await client.tokenRevocation(config, refreshed.refresh_token);
await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token), { error: 'invalid_grant' });

const stranger = await client.randomDPoPKeyPair('ES256');
const posing = await discover(client.PrivateKeyJwt({ key: stranger.privateKey, kid: settings.kid }));

// The library reports the challenge that comes with every 401 (RFC 9110 §15.5.2) before it looks for the error in the body.
await assert.rejects(client.clientCredentialsGrant(posing), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 });

// RFC 6749 §4.1 with PKCE, the client authenticated by its secret in the header, or in the body.
import * as client from 'openid-client';
import assert from 'node:assert/strict';
import { discover, settings, signIn } from './relying-party.js';

const authentication = settings.method === 'client_secret_post' ? client.ClientSecretPost : client.ClientSecretBasic;
const config = await discover(authentication(settings.client_secret));
const { tokens } = await signIn(config);
const { sub, aud, auth_time: authTime } = tokens.claims();
assert.equal(aud, settings.client_id);
assert.ok(authTime > 0);
assert.equal(tokens.token_type, 'bearer');

const told = await client.fetchUserInfo(config, tokens.access_token, sub);
assert.equal(told.email, settings.email);

// RFC 6749 §6: every refresh gives the next refresh token; the one before is tolerated for a moment and yields the same.
import * as client from 'openid-client';
import assert from 'node:assert/strict';
import { discover, signIn } from './relying-party.js';

const config = await discover();
const { tokens: first } = await signIn(config);
const second = await client.refreshTokenGrant(config, first.refresh_token);
const third = await client.refreshTokenGrant(config, second.refresh_token, { scope: 'openid profile' });
assert.equal(new Set([first.refresh_token, second.refresh_token, third.refresh_token]).size, 3);
assert.equal(third.scope, 'openid profile');
assert.equal(third.claims().auth_time, first.claims().auth_time);

// RFC 9700 §4.14.2: what is two generations old is a replay, and takes everything with it.
await assert.rejects(client.refreshTokenGrant(config, first.refresh_token), { error: 'invalid_grant' });
await assert.rejects(client.refreshTokenGrant(config, third.refresh_token), { error: 'invalid_grant' });
await assert.rejects(client.fetchUserInfo(config, third.access_token, third.claims().sub), { status: 401 });

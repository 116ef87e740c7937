// RFC 8628, by a public client.
import * as client from 'openid-client';
import assert from 'node:assert/strict';
import { approve, discover, settings } from './relying-party.js';

const config = await discover(client.None());
const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access orders.read', resource: settings.resource });
assert.equal(asked.verification_uri, `${settings.server}/device`);
await approve(asked.verification_uri_complete);

// The library waits for the interval before it asks; once it is allowed, nobody has to.
const tokens = await client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 1 });
assert.equal(tokens.claims().aud, settings.client_id);
assert.equal(tokens.scope, 'orders.read');
assert.ok((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token);

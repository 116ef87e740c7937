// RFC 6749 §4.4, for the resource that is named (RFC 8707).
import * as client from 'openid-client';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import assert from 'node:assert/strict';
import { discover, settings } from './relying-party.js';

const config = await discover();
const tokens = await client.clientCredentialsGrant(config, { scope: 'orders.read', resource: settings.resource });
assert.equal(tokens.refresh_token, undefined);

// RFC 9068 §4, as a resource server does it.
const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const { payload } = await jwtVerify(tokens.access_token, keys, { issuer: settings.server, audience: settings.resource, typ: 'at+jwt' });
assert.deepEqual([payload.scope, payload.client_id, payload.sub], ['orders.read', settings.client_id, settings.client_id]);

// OpenID Connect Discovery 1.0, and RFC 8414 at the address without OpenID.
import * as client from 'openid-client';
import assert from 'node:assert/strict';
import { discover, settings } from './relying-party.js';

for (const algorithm of ['oidc', 'oauth2']) {
  const metadata = (await discover(undefined, { algorithm })).serverMetadata();
  assert.equal(metadata.issuer, settings.server);
  assert.ok(metadata.supportsPKCE());
  assert.ok(metadata.authorization_response_iss_parameter_supported);
}

// A document that names another issuer than the one asked for must not pass.
await assert.rejects(
  client.discovery(new URL(`${settings.server.replace('localhost', '127.0.0.1')}`), 'anyone', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  }),
  { code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' });

import type { Answer, Request } from '../arm/call.ts';
import { audiencesOf } from '../arm/authenticate.ts';
import type { World } from '../world.ts';
import { tokenLifetimeS } from './tokens.ts';

/** What clients of Entra ID ask before and for a token. undefined: the path is not Entra's. */
export function answerEntra(world: World, request: Request): Answer | undefined {
  const path = request.path.toLowerCase();
  if (path.endsWith('/discovery/instance')) return instanceDiscovery(world);
  const [, tenant = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (/^(v2\.0\/)?\.well-known\/openid-configuration$/.test(rest))
    return inTenant(world, tenant, () => openIdConfiguration(world, tenant));
  if (/^discovery\/(v2\.0\/)?keys$/.test(rest)) return { status: 200, body: world.tokens.keySet() };
  if (/^oauth2\/(v2\.0\/)?token$/.test(rest) && request.method === 'POST')
    return inTenant(world, tenant, (id) => token(world, id, new URLSearchParams(request.text)));
  return undefined;
}

function instanceDiscovery(world: World): Answer {
  const [home] = world.directory.tenants;
  const { host } = new URL(world.url());
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${world.url()}/${home?.id}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}

function openIdConfiguration(world: World, tenant: string): Answer {
  const root = `${world.url()}/${tenant}`;
  const version = tenant === 'adfs' ? '' : '/v2.0';
  return {
    status: 200,
    body: {
      issuer: tenant === 'adfs' ? root : `${root}/v2.0`,
      authorization_endpoint: `${root}/oauth2${version}/authorize`,
      token_endpoint: `${root}/oauth2${version}/token`,
      device_authorization_endpoint: `${root}/oauth2${version}/devicecode`,
      jwks_uri: `${root}/discovery${version}/keys`,
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['ES256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      tenant_region_scope: 'NA',
    },
  };
}

const refuse = (status: number, error: string, code: number, text: string): Answer => ({
  status,
  body: { error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] },
});

function inTenant(world: World, named: string, then: (id: string) => Answer): Answer {
  const tenant = world.directory.tenant(named);
  if (tenant) return then(tenant.id);
  const text = `Tenant '${named}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`;
  return refuse(400, 'invalid_request', 90_002, text);
}

/** The client credentials grant: a service principal with its secret. */
function token(world: World, tenant: string, form: URLSearchParams): Answer {
  const grant = form.get('grant_type') ?? '';
  if (grant !== 'client_credentials') {
    const text = `The app requested an unsupported grant type '${grant}'. The sandbox knows client_credentials.`;
    return refuse(400, 'unsupported_grant_type', 70_003, text);
  }
  const clientId = form.get('client_id') ?? '';
  const application = world.directory.application(clientId, tenant);
  if (!application) {
    const text = `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`;
    return refuse(400, 'unauthorized_client', 700_016, text);
  }
  if (form.get('client_secret') !== application.clientSecret) {
    const text = `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`;
    return refuse(401, 'invalid_client', 7_000_215, text);
  }
  const audience = form.get('resource') ?? form.get('scope')?.replace(/\/\.default$/, '');
  if (!audience)
    return refuse(400, 'invalid_request', 90_014, `The required field 'scope' is missing from the credential.`);
  if (!audiencesOf(world.url()).includes(audience.replace(/\/$/, ''))) {
    const text = `The resource principal named ${audience} was not found in the tenant named ${tenant}.`;
    return refuse(400, 'invalid_resource', 500_011, text);
  }
  world.log.write('entra', 'token', { clientId, tenant, audience });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      token_type: 'Bearer',
      expires_in: tokenLifetimeS,
      ext_expires_in: tokenLifetimeS,
      access_token: world.tokens.issue(application, audience),
    },
  };
}

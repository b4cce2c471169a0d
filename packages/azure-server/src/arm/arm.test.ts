import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { principals, startTestAzure, type TestAzure, tokenOf, type Who } from '../testing/azure.ts';

let azure: TestAzure;
const { subscription } = principals.owner;
const root = `/subscriptions/${subscription}`;
const version = 'api-version=2021-04-01';

beforeAll(async () => {
  azure = await startTestAzure({ unregistered: ['Microsoft.Network'] });
  await azure.call('PUT', `${root}/resourceGroups/rg1?${version}`, {
    body: { location: 'eastus', tags: { team: 'a' } },
  });
});
afterAll(() => azure[Symbol.asyncDispose]());

interface Refusal {
  what: string;
  call: string;
  body?: object | string;
  who?: Who;
  status: number;
  code: string;
  says?: RegExp;
}

const networks = `${root}/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks`;
const refusals: Refusal[] = [
  { what: 'no api-version', call: `GET ${root}/resourceGroups/rg1`, status: 400, code: 'MissingApiVersionParameter' },
  { what: 'an api-version that is none', call: `GET ${root}/resourceGroups/rg1?api-version=1`, status: 400, code: 'InvalidApiVersionParameter' },
  { what: 'a month that is none', call: `GET ${root}/resourceGroups/rg1?api-version=2021-13-01`, status: 400, code: 'NoRegisteredProviderFound' },
  { what: 'an api-version from before it existed', call: `GET ${networks}?api-version=2001-01-01`, status: 400, code: 'NoRegisteredProviderFound' },
  { what: 'an unknown provider', call: `GET ${root}/providers/Microsoft.Nope/things?${version}`, status: 404, code: 'InvalidResourceNamespace' },
  { what: 'an unknown type', call: `GET ${root}/providers/Microsoft.ContainerService/managedCluster?${version}`, status: 404, code: 'InvalidResourceType', says: /'managedCluster'.*did you mean managedClusters/ },
  { what: 'an unknown action', call: `POST ${root}/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/k/stop?${version}`, status: 405, code: 'HttpMethodNotSupported', says: /'stop'.*managedClusters/ },
  { what: 'an unknown method', call: `PATCH ${networks}/v?${version}`, status: 405, code: 'HttpMethodNotSupported', says: /'PATCH'.*virtualNetworks/ },
  { what: 'an unknown group', call: `GET ${root}/resourceGroups/nope?${version}`, status: 404, code: 'ResourceGroupNotFound' },
  { what: 'a resource in an unknown group', call: `GET ${root}/resourceGroups/nope/providers/Microsoft.Network/virtualNetworks/v?${version}`, status: 404, code: 'ResourceGroupNotFound' },
  { what: 'an unknown resource', call: `GET ${networks}/v?${version}`, status: 404, code: 'ResourceNotFound' },
  { what: 'a provider that is not registered', call: `PUT ${networks}/v?${version}`, body: { location: 'eastus' }, status: 409, code: 'MissingSubscriptionRegistration' },
  { what: 'an unknown subscription', call: `GET /subscriptions/00000000-0000-0000-0000-00000000ffff/resourceGroups?${version}`, status: 404, code: 'SubscriptionNotFound' },
  { what: 'the subscription of another tenant', call: `GET ${root}/resourceGroups?${version}`, who: 'stranger', status: 401, code: 'InvalidAuthenticationTokenTenant', says: /wrong issuer/ },
  { what: 'nobody', call: `GET ${root}/resourceGroups?${version}`, who: 'nobody', status: 403, code: 'AuthorizationFailed', says: /Microsoft\.Resources\/subscriptions\/resourceGroups\/read/ },
  { what: 'a reader who deletes', call: `DELETE ${root}/resourceGroups/rg1?${version}`, who: 'reader', status: 403, code: 'AuthorizationFailed' },
  { what: 'a body that is no object', call: `PUT ${root}/resourceGroups/rg2?${version}`, body: '[1', status: 400, code: 'InvalidRequestContent' },
  { what: 'a group without location', call: `PUT ${root}/resourceGroups/rg2?${version}`, body: {}, status: 400, code: 'LocationRequired' },
  { what: 'a location that does not exist', call: `PUT ${root}/resourceGroups/rg2?${version}`, body: { location: 'moon' }, status: 400, code: 'LocationNotAvailableForResourceGroup', says: /'moon'.*eastus/ },
  { what: 'a group that moves', call: `PUT ${root}/resourceGroups/RG1?${version}`, body: { location: 'westus' }, status: 409, code: 'InvalidResourceGroupLocation' },
  { what: 'a name that ends in a dot', call: `PUT ${root}/resourceGroups/rg.?${version}`, body: { location: 'eastus' }, status: 400, code: 'InvalidResourceGroup' },
  { what: 'a tag with a slash', call: `PUT ${root}/resourceGroups/rg2?${version}`, body: { location: 'eastus', tags: { 'a/b': 'c' } }, status: 400, code: 'InvalidTagNameCharacters' },
  { what: 'a filter of its own invention', call: `GET ${root}/resourceGroups?${version}&$filter=name+eq+1`, status: 400, code: 'InvalidFilterInQueryString' },
  { what: 'an operation that never was', call: `GET ${root}/providers/Microsoft.ContainerService/locations/eastus/operations/x?${version}`, status: 404, code: 'OperationNotFound' },
]; // prettier-ignore

describe('refused', () => {
  test.each(refusals)('$what: $status $code', async ({ call, body, who, status, code, says }) => {
    const [method = '', path = ''] = call.split(' ');
    const answer = await azure.call(method, path, { ...(body === undefined ? {} : { body }), ...(who ? { who } : {}) });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error.message).toMatch(says ?? /./);
  });

  test.each<[string, () => string, string]>([
    ['none', () => '', 'AuthenticationFailed'],
    ['forged', () => `${tokenOf(azure.cloud, 'owner').slice(0, -8)}AAAAAAAA`, 'InvalidAuthenticationToken'],
    ['no JWT', () => 'opaque', 'InvalidAuthenticationToken'],
    [
      'for a vault',
      () => tokenOf(azure.cloud, 'owner', 'https://vault.azure.net'),
      'InvalidAuthenticationTokenAudience',
    ],
  ])('token %s: 401 with a challenge', async (_, token, code) => {
    const answer = await azure.call('GET', `${root}/resourceGroups?${version}`, { token: token() });
    expect([answer.status, answer.body.error.code]).toEqual([401, code]);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer authorization_uri=/);
  });
});

describe('paths', () => {
  test('compare without case, answers keep the names', async () => {
    const { body } = await azure.call('GET', `${root.toUpperCase()}/RESOURCEGROUPS/RG1?${version}`);
    expect(body).toMatchObject({ id: `${root}/resourceGroups/rg1`, name: 'rg1', tags: { team: 'a' } });
  });

  test.each([
    [`tagName eq 'team' and tagValue eq 'a'`, ['rg1']],
    [`tagName eq 'TEAM'`, ['rg1']],
    [`tagName eq 'team' and tagValue eq 'b'`, []],
  ])('$filter %s: %j', async (filter, expected) => {
    const { body } = await azure.call('GET', `${root}/resourceGroups?${version}&$filter=${encodeURIComponent(filter)}`);
    expect(body.value.map(({ name }: { name: string }) => name)).toEqual(expected);
  });

  test('a subscription is listed for whoever has a role in it', async () => {
    const listed = async (who: Who) =>
      (await azure.call('GET', `/subscriptions?${version}`, { who })).body.value.map(
        ({ subscriptionId }: { subscriptionId: string }) => subscriptionId,
      );
    expect(await listed('reader')).toEqual([subscription]);
    expect(await listed('nobody')).toEqual([]);
    expect(await listed('stranger')).toEqual([principals.stranger.subscription]);
  });

  test('providers: registered on request, and then usable', async () => {
    const at = `${root}/providers/Microsoft.Network`;
    expect((await azure.call('GET', `${at}?${version}`)).body.registrationState).toBe('NotRegistered');
    expect((await azure.call('POST', `${at}/register?${version}`)).body.registrationState).toBe('Registered');
    const body = { location: 'eastus', properties: { addressSpace: { addressPrefixes: ['10.9.0.0/16'] } } };
    expect((await azure.call('PUT', `${networks}/v?${version}`, { body })).status).toBe(201);
    expect((await azure.call('DELETE', `${networks}/v?${version}`)).status).toBe(200);
  });
});

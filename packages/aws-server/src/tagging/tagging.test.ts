import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  GetTagKeysCommand,
  GetTagValuesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { asAdministrator } from '../testing/roles.ts';
import { external, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let tagging: ResourceGroupsTaggingAPIClient;
beforeAll(async () => {
  server = await testServer();
  tagging = new ResourceGroupsTaggingAPIClient(server.client());
  const specification = (ResourceType: string, owner: string) => [
    { ResourceType, Tags: [{ Key: 'owner', Value: owner }] },
  ];
  await asAdministrator(server, 'ec2', 'CreateVpc', {
    CidrBlock: '10.1.0.0/16',
    TagSpecifications: specification('vpc', 'me'),
  });
  await asAdministrator(server, 'ec2', 'CreateInternetGateway', {
    TagSpecifications: specification('internet-gateway', 'you'),
  });
  await asAdministrator(server, 'ec2', 'CreateInternetGateway', {});
  await asAdministrator(server, 'ecs', 'CreateCluster', { clusterName: 'c', tags: [{ key: 'owner', value: 'me' }] });
  await asAdministrator(server, 'ecs', 'CreateCluster', { clusterName: 'gone', tags: [{ key: 'owner', value: 'me' }] });
  await asAdministrator(server, 'ecs', 'DeleteCluster', { cluster: 'gone' });
  await asAdministrator(server, 'logs', 'CreateLogGroup', { logGroupName: '/ecs/demo', tags: { stage: 'test' } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Service and kind of what is found: the ids differ. */
async function kinds(input: GetResourcesCommandInput, client = tagging): Promise<(string | undefined)[]> {
  const { ResourceTagMappingList = [] } = await client.send(new GetResourcesCommand(input));
  return ResourceTagMappingList.map(({ ResourceARN = '' }) => {
    const [, , service, , , resource = ''] = ResourceARN.split(':');
    return `${service}:${resource.split('/')[0]}`;
  });
}

const everything = ['ec2:internet-gateway', 'ec2:vpc', 'ecs:cluster', 'logs:log-group'];
const questions: [string, GetResourcesCommandInput, string[]][] = [
  ['nothing: all that has tags and is there', {}, everything],
  ['a value', { TagFilters: [{ Key: 'owner', Values: ['me'] }] }, ['ec2:vpc', 'ecs:cluster']],
  ['any value', { TagFilters: [{ Key: 'owner' }] }, everything.slice(0, 3)],
  ['two keys', { TagFilters: [{ Key: 'owner' }, { Key: 'stage' }] }, []],
  ['a service', { ResourceTypeFilters: ['ec2'] }, everything.slice(0, 2)],
  ['types', { ResourceTypeFilters: ['ec2:vpc', 'logs:log-group'] }, ['ec2:vpc', 'logs:log-group']],
  ['an ARN', { ResourceARNList: ['arn:aws:ecs:us-east-2:111111111111:cluster/c'] }, ['ecs:cluster']],
];
test.each(questions)('tagging: asked for %s', async (_, input, expected) => {
  expect(await kinds(input)).toEqual(expected);
});

test('tagging: pages, keys and values; an account sees its own', async () => {
  const first = await tagging.send(new GetResourcesCommand({ ResourcesPerPage: 3 }));
  expect(await kinds({ ResourcesPerPage: 3, PaginationToken: first.PaginationToken })).toEqual(everything.slice(3));
  expect((await tagging.send(new GetTagKeysCommand({}))).TagKeys).toEqual(['owner', 'stage']);
  expect((await tagging.send(new GetTagValuesCommand({ Key: 'owner' }))).TagValues).toEqual(['me', 'you']);
  expect(await kinds({}, new ResourceGroupsTaggingAPIClient(server.client(external)))).toEqual([]);
  const both = kinds({ ResourceARNList: ['arn:aws:ec2'], TagFilters: [{ Key: 'owner' }] });
  expect(await refusal(both)).toMatchObject({ code: 'InvalidParameterException', status: 400 });
});

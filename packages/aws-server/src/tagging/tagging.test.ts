import { CreateLogGroupCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import * as EC2 from '@aws-sdk/client-ec2';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  GetTagKeysCommand,
  GetTagValuesCommand,
  ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
  UntagResourcesCommand,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let tagging: ResourceGroupsTaggingAPIClient;
let vpc: string;
let cluster: string;
let group: string;

beforeAll(async () => {
  server = await testServer();
  tagging = new ResourceGroupsTaggingAPIClient(server.client());
  const ec2 = new EC2.EC2Client(server.client());
  const Tags = [{ Key: 'run', Value: 'one' }];
  const made = await ec2.send(
    new EC2.CreateVpcCommand({ CidrBlock: '10.1.0.0/16', TagSpecifications: [{ ResourceType: 'vpc', Tags }] }),
  );
  const account = made.Vpc?.OwnerId;
  vpc = `arn:aws:ec2:us-east-2:${account}:vpc/${made.Vpc?.VpcId}`;
  await ec2.send(new EC2.CreateVpcCommand({ CidrBlock: '10.2.0.0/16' })); // has no tags
  const tags = [{ key: 'run', value: 'two' }];
  const ecs = await new ECSClient(server.client()).send(new CreateClusterCommand({ clusterName: 'c', tags }));
  cluster = ecs.cluster?.clusterArn ?? '';
  await new CloudWatchLogsClient(server.client()).send(
    new CreateLogGroupCommand({ logGroupName: '/ecs/demo', tags: { owner: 'me' } }),
  );
  group = `arn:aws:logs:us-east-2:${account}:log-group:/ecs/demo`;
});
afterAll(() => server[Symbol.asyncDispose]());

const arns = async (input: Partial<GetResourcesCommandInput> = {}) =>
  (await tagging.send(new GetResourcesCommand(input))).ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN);

test.each<[name: string, input: Partial<GetResourcesCommandInput>, found: () => string[]]>([
  ['everything', {}, () => [vpc, cluster, group]],
  ['a key', { TagFilters: [{ Key: 'run' }] }, () => [vpc, cluster]],
  ['a key and one of its values', { TagFilters: [{ Key: 'run', Values: ['two', 'three'] }] }, () => [cluster]],
  ['two keys', { TagFilters: [{ Key: 'run' }, { Key: 'owner' }] }, () => []],
  ['a service', { ResourceTypeFilters: ['ec2'] }, () => [vpc]],
  ['types', { ResourceTypeFilters: ['ec2:subnet', 'ecs:cluster', 'logs:log-group'] }, () => [cluster, group]],
])('get resources by %s', async (_, input, found) => expect(await arns(input)).toEqual(found()));

test('get resources: by ARN, and in pages', async () => {
  expect(await arns({ ResourceARNList: [group] })).toEqual([group]);
  const first = await tagging.send(new GetResourcesCommand({ ResourcesPerPage: 2 }));
  expect(first.ResourceTagMappingList).toHaveLength(2);
  expect(await arns({ ResourcesPerPage: 2, PaginationToken: first.PaginationToken })).toEqual([group]);
  expect(await refusal(tagging.send(new GetResourcesCommand({ PaginationToken: 'guess' })))).toMatchObject({
    code: 'InvalidParameterException',
  });
});

test('keys and values of all services', async () => {
  expect((await tagging.send(new GetTagKeysCommand({}))).TagKeys).toEqual(['owner', 'run']);
  expect((await tagging.send(new GetTagValuesCommand({ Key: 'run' }))).TagValues).toEqual(['one', 'two']);
});

test('tag and untag: every service in its own way; what fails is told of', async () => {
  const strange = 'arn:aws:s3:::bucket';
  const gone = `${vpc.split('/')[0]}/vpc-0123456789abcdef0`;
  const ResourceARNList = [vpc, cluster, group];
  const { FailedResourcesMap } = await tagging.send(
    new TagResourcesCommand({ ResourceARNList: [...ResourceARNList, strange, gone], Tags: { all: 'yes' } }),
  );
  expect(FailedResourcesMap).toMatchObject({
    [strange]: { ErrorMessage: expect.stringContaining('not in this account and region') },
    [gone]: { StatusCode: 400, ErrorMessage: expect.stringContaining('does not exist') },
  });
  expect(Object.keys(FailedResourcesMap ?? {})).toHaveLength(2);
  expect(await arns({ TagFilters: [{ Key: 'all', Values: ['yes'] }] })).toEqual(ResourceARNList);
  await tagging.send(new UntagResourcesCommand({ ResourceARNList, TagKeys: ['all'] }));
  expect(await arns({ TagFilters: [{ Key: 'all' }] })).toEqual([]);
});

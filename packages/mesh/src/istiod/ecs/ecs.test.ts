import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { CachedCredentials } from '../../aws/index.ts';
import { resources } from '@meshbed/kube-client';
import { FakeAws } from '../../testing/fake-aws.ts';
import { FakeKube } from '@meshbed/kube-client/testing';
import type { EcsAccount } from '../mesh-config.ts';
import type { ServiceEntry, WorkloadEntry } from '../objects.ts';
import { EcsDiscovery } from './discovery.ts';
import { mappedPorts, parsePorts } from './ports.ts';
import { readTags } from './tags.ts';

const local = 'arn:aws:iam::111111111111:role/istiod-local';
const external = 'arn:aws:iam::222222222222:role/istiod-external';
const yearMs = 365 * 86_400_000;
const account = (roleArn: string, domain: string): EcsAccount => ({ roleArn, domain, regions: [] });
const { serviceEntries, workloadEntries } = resources;

interface World extends AsyncDisposable {
  aws: FakeAws;
  kube: FakeKube;
  clock: ReturnType<typeof virtualClock>;
  discovery: EcsDiscovery;
  log: string[];
  identity: { key: string };
  names(): string[];
}

async function world(accounts: EcsAccount[]): Promise<World> {
  const aws = new FakeAws();
  const kube = await FakeKube.start();
  const api = kube.api();
  const clock = virtualClock(1_800_000_000_000);
  const log: string[] = [];
  const identity = { key: 'ASIApod' };
  for (const role of [local, external]) aws.trusts.set(role, new Set(['ASIApod']));
  const credentials = async () => ({
    accessKeyId: identity.key,
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: new Date(clock.now() + 6 * 3_600_000),
  });
  const discovery = new EcsDiscovery({
    accounts,
    api,
    access: aws.access,
    own: new CachedCredentials(credentials, clock),
    clock,
    intervalMs: 1000,
    log: (level, message) => log.push(`${level} ${message}`),
  });
  const names = () =>
    [...kube.list(serviceEntries), ...kube.list(workloadEntries)].map(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
    );
  const close = async () => {
    api[Symbol.dispose]();
    await kube[Symbol.asyncDispose]();
  };
  return { aws, kube, clock, discovery, log, identity, names, [Symbol.asyncDispose]: close };
}

const echo = {
  name: 'echo-service',
  tags: {
    'ecs.solo.io/namespace': 'ecs-demo-1',
    'ecs.solo.io/service-account': 'ecs-demo-sa-local',
    environment: 'ecs-demo',
    'not a label': 'x',
  },
  ports: [{ containerPort: 8080 }],
  tasks: [{ id: 'f00', ip: '192.168.1.10', ztunnel: 'HEALTHY' as const }],
};

test('ecs discovery: a service and its tasks become a ServiceEntry and WorkloadEntries with the documented names', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  it.aws.cluster('111111111111', 'ecs-demo-1', [echo]);
  await it.discovery.discoverOnce();
  const name = '111111111111-us-east-2-ecs-demo-1-echo-service';
  const labels = {
    environment: 'ecs-demo',
    'ecs.solo.io/service': 'echo-service',
    'ecs.solo.io/hostname': 'echo-service.ecs-demo-1.ecs.local',
    'service.istio.io/workload-name': 'echo-service',
  };
  const serviceEntry = it.kube.get<ServiceEntry>(serviceEntries, `ecs-service-${name}`, 'ecs-demo-1');
  expect(serviceEntry?.spec).toEqual({
    hosts: ['echo-service.ecs-demo-1.ecs.local'],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: 8080, name: 'tcp-8080', protocol: 'TCP' }],
    workloadSelector: { labels: { 'ecs.solo.io/hostname': 'echo-service.ecs-demo-1.ecs.local' } },
  });
  expect(serviceEntry?.metadata).toMatchObject({
    labels,
    annotations: {
      'ecs.solo.io/resource': 'service',
      'ecs.solo.io/arn': 'arn:aws:ecs:us-east-2:111111111111:service/ecs-demo-1/echo-service',
      'ecs.solo.io/discovered-by': local,
      'ecs.solo.io/cluster': 'ecs-demo-1',
    },
  });
  const workloadEntry = it.kube.get<WorkloadEntry>(workloadEntries, `ecs-task-${name}-f00`, 'ecs-demo-1');
  expect(workloadEntry?.spec).toEqual({
    address: '192.168.1.10',
    labels,
    serviceAccount: 'ecs-demo-sa-local',
    locality: 'us-east-2/us-east-2a',
  });
  expect(workloadEntry?.metadata.annotations).toMatchObject({
    'ecs.solo.io/resource': 'task',
    'ambient.istio.io/redirection': 'enabled',
  });
});

test.each([
  ['no ztunnel', {}, false],
  ['an unhealthy ztunnel', { ztunnel: 'UNHEALTHY' as const }, false],
  ['a healthy ztunnel', { ztunnel: 'HEALTHY' as const }, true],
])('ecs discovery: a task with %s', async (_, change, inMesh) => {
  await using it = await world([account(local, 'ecs.local')]);
  it.aws.cluster('111111111111', 'c', [{ name: 's', tasks: [{ id: 'a', ip: '10.0.0.1', ...change }] }]);
  await it.discovery.discoverOnce();
  const [entry] = it.kube.list(workloadEntries);
  expect(entry?.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled').toBe(inMesh);
  expect(it.discovery.status.accounts[0]?.tasksInMesh).toBe(inMesh ? 1 : 0);
});

test('ecs discovery: several accounts, each with its domain; clusters without the tag and stopped tasks are left out', async () => {
  await using it = await world([account(local, 'ecs.local'), account(external, 'ecs.external')]);
  it.aws.cluster('111111111111', 'one', [
    { name: 's', tasks: [{ id: 'gone', ip: '10.0.0.1', lastStatus: 'STOPPED' }] },
  ]);
  it.aws.cluster('111111111111', 'hidden', [{ name: 's' }], false);
  it.aws.cluster('222222222222', 'three', [{ name: 's' }]);
  await it.discovery.discoverOnce();
  const hosts = it.kube.list<ServiceEntry>(serviceEntries).map(({ spec }) => spec.hosts[0]);
  expect(hosts).toEqual(['s.one.ecs.local', 's.three.ecs.external']);
  expect(it.kube.list(workloadEntries)).toEqual([]);
});

test('ecs discovery: reads every page, writes only what changed, removes what is gone', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  it.aws.pageSize = 1;
  const services = [echo, { name: 'two' }, { name: 'three' }];
  it.aws.cluster('111111111111', 'c', services);
  await it.discovery.discoverOnce();
  expect(it.names()).toHaveLength(4);
  it.kube.requests.length = 0;
  await it.discovery.discoverOnce();
  expect(it.kube.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  services.splice(0, 2);
  it.kube.put(serviceEntries, { metadata: { name: 'by-hand', namespace: 'default' }, spec: { hosts: ['x'] } });
  await it.discovery.discoverOnce();
  expect(it.names()).toEqual(['istio-system/ecs-service-111111111111-us-east-2-c-three', 'default/by-hand']);
});

test('ecs discovery: a service that gets its namespace by enrolment moves there', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  it.aws.cluster('111111111111', 'c', [{ name: 's' }]);
  await it.discovery.discoverOnce();
  it.aws.cluster('111111111111', 'c', [{ name: 's', tags: { 'ecs.solo.io/namespace': 'c' } }]);
  await it.discovery.discoverOnce();
  expect(it.names()).toEqual(['c/ecs-service-111111111111-us-east-2-c-s']);
});

test('ecs discovery: malformed tags are skipped, logged once and kept in the status', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  const tags = {
    'ecs.solo.io/hostname': 'not a host',
    'ecs.solo.io/ports': 'http:eighty',
    'ecs.solo.io/namespace': 'Upper',
  };
  it.aws.cluster('111111111111', 'c', [{ name: 's', tags, ports: [{ containerPort: 80 }] }]);
  await it.discovery.discoverOnce();
  await it.discovery.discoverOnce();
  const [entry] = it.kube.list<ServiceEntry>(serviceEntries);
  expect([entry?.metadata.namespace, entry?.spec.hosts, entry?.spec.ports?.[0]?.number]).toEqual([
    'istio-system',
    ['s.c.ecs.local'],
    80,
  ]);
  expect(it.discovery.status.problems).toHaveLength(3);
  expect(it.log.filter((line) => line.startsWith('warn'))).toHaveLength(3);
});

test('ecs discovery: AccessDenied on AssumeRole is logged and in the status; other accounts go on, objects stay', async () => {
  await using it = await world([account(local, 'ecs.local'), account(external, 'ecs.external')]);
  it.aws.cluster('111111111111', 'c', [{ name: 's' }]);
  it.aws.cluster('222222222222', 'c', [{ name: 's' }]);
  it.aws.trusts.get(external)?.clear();
  await it.discovery.discoverOnce();
  const message = `AccessDenied: User: ASIApod is not authorized to perform: sts:AssumeRole on resource: ${external}`;
  expect(it.discovery.status.accounts.map(({ error }) => error)).toEqual([undefined, message]);
  expect(it.log).toContain(`error ecs: account ${external} in us-east-2: ${message}`);
  expect(it.names()).toHaveLength(1);
  it.aws.trusts.get(external)?.add('ASIApod');
  await it.discovery.discoverOnce();
  expect(it.names()).toHaveLength(2);
  expect(it.discovery.status.accounts[1]?.error).toBeUndefined();
});

test('ecs discovery: says in its log that it works again, also when it finds what it found before', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  it.aws.cluster('111111111111', 'c', []);
  await it.discovery.discoverOnce();
  await it.clock.advance(80 * yearMs); // the credentials of the role have expired
  it.aws.trusts.get(local)?.clear();
  await it.discovery.discoverOnce();
  it.aws.trusts.get(local)?.add('ASIApod');
  await it.discovery.discoverOnce();
  const found = `info ecs: ${local} in us-east-2: 1 clusters, 0 services, 0 tasks (0 in the mesh)`;
  expect(it.log).toEqual([found, expect.stringContaining('AccessDenied'), found]);
});

test('ecs discovery: credentials of an association that was repointed stay in use until they are about to expire', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  it.aws.cluster('111111111111', 'c', []);
  it.aws.trusts.set(local, new Set(['ASIAnew']));
  await it.discovery.discoverOnce();
  it.identity.key = 'ASIAnew';
  await it.discovery.discoverOnce();
  expect(it.discovery.status.accounts[0]?.error).toMatch(/AccessDenied: User: ASIApod/);
  await it.clock.advance(6 * 3_600_000 - 4 * 60_000);
  await it.discovery.discoverOnce();
  expect(it.discovery.status.accounts[0]?.error).toBeUndefined();
});

test('ecs discovery: the loop asks again after each interval and ends with its signal', async () => {
  await using it = await world([account(local, 'ecs.local')]);
  const stop = new AbortController();
  const done = it.discovery.run(stop.signal);
  stop.abort();
  await done;
  expect(it.log[0]).toBe(`info ecs: configured accounts: ${local} (ecs.local, us-east-2)`);
});

test.each([
  [
    'http:80:8080/tcp:9090',
    [
      [80, 'http-80', 8080],
      [9090, 'tcp-9090', undefined],
    ],
  ],
  ['grpc:5000:5000', [[5000, 'grpc-5000', undefined]]],
])('ports: %s', (text, expected) => {
  expect(parsePorts(text).map(({ number, name, targetPort }) => [number, name, targetPort])).toEqual(expected);
});

test.each(['', 'http', 'http:0', 'http:80:99999', 'udp:53', 'http:80:80:80', 'http:80/tcp:80'])(
  'ports: "%s" is refused',
  (text) => {
    expect(() => parsePorts(text)).toThrow(/is not proto:port|given twice/);
  },
);

test('ports: from the container mappings, http:80 without any', () => {
  expect(mappedPorts([]).map(({ name }) => name)).toEqual(['http-80']);
  const mappings = [
    { containerPort: 53, protocol: 'udp' },
    { containerPort: 8080, appProtocol: 'http' },
    { containerPort: 9090 },
  ];
  expect(mappedPorts(mappings).map(({ name }) => name)).toEqual(['http-8080', 'tcp-9090']);
});

test.each([
  ['environment', 'ecs-demo', true],
  ['example.com/team', 'a', true],
  ['aws:ecs:serviceName', 'x', false],
  ['Name', 'has space', false],
  ['ecs.solo.io/other', 'x', false],
])('tags: %s=%s is a label: %s', (key, value, expected) => {
  expect(key in readTags(new Map([[key, value]])).labels).toBe(expected);
});

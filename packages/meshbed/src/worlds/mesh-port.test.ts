import type { ConnectionOptions } from 'node:tls';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { DescribeTaskDefinitionCommand, DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { executeInTask } from '@meshbed/clients/exec';
import { ready, systemClock, waiting } from '@meshbed/core';
import { requestCertificate } from '@meshbed/mesh/certificates';
import { signIdentity } from '@meshbed/mesh/identity';
import { Authority, createKeyPair, loadIssuer, privateKeyPem, publicKeyDer, type Issuer } from '@meshbed/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOf, tunnel, type Place } from './tunnel.ts';
import { createWorld, ecsCluster, eventually, type World } from './world.ts';

const eksIdentity = 'spiffe://cluster.local/ns/default/sa/default';
const ecsIdentity = `spiffe://cluster.local/ns/${ecsCluster}/sa/ecs-demo-sa-local`;
const targets = ['task', 'pod'] as const;
let world: World;
let issuer: Issuer;
const places = {} as Record<'caller' | 'task' | 'pod', Place>;

beforeAll(async () => {
  world = await createWorld('prepare_tests');
  const [pod] = world.cluster.store.list('pods', { namespace: 'default', labelSelector: 'app=eks-echo' });
  const [caller, task] = await Promise.all([addressOf('shell-task'), addressOf('echo-service')]);
  for (const [name, ip] of Object.entries({ caller, task, pod: pod?.status?.podIP ?? '' }))
    places[name as 'caller'] = placeOf(world.sandbox, ip);
  issuer = authorityOfMesh();
});

afterAll(() => world[Symbol.asyncDispose]());

async function taskOf(serviceName: string): Promise<Task> {
  const { ecs } = world.aws;
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: ecsCluster, serviceName }));
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: ecsCluster, tasks: taskArns }));
  return tasks[0] as Task;
}

async function addressOf(service: string): Promise<string> {
  const details = (await taskOf(service)).attachments?.flatMap((attachment) => attachment.details ?? []);
  return details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '';
}

/** An attacker who has stolen the key of the mesh can ask for any name; without it only its own certificates are left. */
function authorityOfMesh(): Issuer {
  const { data } = world.cluster.store.get('secrets', 'istio-system', 'istio-ca-secret') as { data?: object };
  const files = new Map(
    Object.entries(data ?? {}).map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]),
  );
  const certificatePem = files.get('ca-cert.pem') ?? '';
  return loadIssuer({
    certificatePem,
    privateKeyPem: files.get('ca-key.pem') ?? '',
    chainPem: '',
    rootPem: certificatePem,
  });
}

function certified(uri: string, by: Issuer = issuer, agoMs = 0): ConnectionOptions {
  const keys = createKeyPair();
  const nowMs = systemClock.now() - agoMs;
  const cert = by.issue({ publicKey: publicKeyDer(keys.publicKey), names: { uris: [uri] }, ttlMs: 600_000, nowMs });
  return { cert, key: privateKeyPem(keys.privateKey) };
}

/** What the ztunnel of the target has written. */
const logs: Record<(typeof targets)[number], () => Promise<string>> = {
  async task() {
    const { events = [] } = await world.aws.logs.send(new FilterLogEventsCommand({ logGroupName: '/ecs/ecs-demo' }));
    return events.map(({ message }) => message).join('\n');
  },
  async pod() {
    const pods = world.cluster.store.list('pods', { namespace: 'istio-system', labelSelector: 'app=ztunnel' });
    const read = pods.map(({ metadata: { name } }) => world.kube.logs({ namespace: 'istio-system', pod: name }));
    return (await Promise.all(read)).join('\n');
  },
};

async function logged(at: (typeof targets)[number], line: RegExp): Promise<string> {
  return eventually(`line ${line.source} in the log of the ztunnel`, async () => {
    const [found] = line.exec(await logs[at]()) ?? [];
    return found === undefined ? waiting('not there') : ready(found);
  });
}

const impostor = new Authority({ commonName: 'istiod', organization: 'cluster.local', nowMs: systemClock.now() });
const clients: [string, () => ConnectionOptions, RegExp][] = [
  ['no certificate', () => ({}), /none was presented/],
  ['a certificate of another authority', () => certified(eksIdentity, impostor), /unable to verify|UNABLE_TO_VERIFY/],
  [
    'a certificate for another trust domain',
    () => certified('spiffe://elsewhere.local/ns/default/sa/default'),
    /expected trustdomain \(cluster.local\), got spiffe:\/\/elsewhere.local/,
  ],
  [
    'a certificate without a SPIFFE identity',
    () => certified('https://cluster.local/ns/default/sa/default'),
    /it has no SPIFFE identity/,
  ],
  ['a certificate that has expired', () => certified(eksIdentity, issuer, 3_600_000), /CERT_HAS_EXPIRED/],
  ['TLS 1.2', () => ({ ...certified(eksIdentity), maxVersion: 'TLSv1.2' }), /unsupported protocol/i],
];

test.each(targets.flatMap((to) => clients.map(([name, ...rest]) => [name, to, ...rest] as const)))(
  'port 15008: a client with %s gets nowhere at a %s, and its ztunnel says why',
  async (_, to, tls, reason) => {
    await expect(tunnel(world.sandbox, { from: places.caller, to: places[to], tls: tls() })).rejects.toThrow(
      /hung up|alert protocol version/,
    );
    await logged(to, reason);
  },
);

test.each(targets)('port 15008: a client with a certificate of the mesh gets to the %s', async (to) => {
  expect(await tunnel(world.sandbox, { from: places.caller, to: places[to], tls: certified(eksIdentity) })).toBe(200);
});

// A caller of ECS that says in every header that it is the shell of EKS.
const pretending = () => ({
  from: places.caller,
  to: places.task,
  tls: certified(ecsIdentity),
  headers: {
    forwarded: `for="10.9.9.9";by=${eksIdentity}`,
    baggage: 'k8s.namespace.name=default,k8s.deployment.name=eks-shell,service.name=eks-shell',
    'x-forwarded-client-cert': `By=spiffe://cluster.local;URI=${eksIdentity}`,
    'x-forwarded-network': 'elsewhere',
  },
});

test('headers: what a caller says of itself does not change the identity that the ztunnel logs', async () => {
  const { ip } = places.caller;
  expect(await tunnel(world.sandbox, pretending())).toBe(200);
  const line = await logged('task', new RegExp(`connection complete\tsrc.addr=${ip}.*src.workload="eks-shell".*`));
  expect(line).toContain(`src.identity="${ecsIdentity}"`);
  expect(line).not.toContain(`"${eksIdentity}"`);
});

test('headers: what a caller says of itself does not change what policy decides', async () => {
  const policy = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' };
  const rules = [{ from: [{ source: { namespaces: ['default'] } }] }];
  world.cluster.store.create({ ...policy, metadata: { namespace: ecsCluster, name: 'only-default' }, spec: { rules } });
  const refused = async () =>
    (await tunnel(world.sandbox, pretending())) === 401 ? ready(true) : waiting('it answers');
  await eventually('refusal', refused);
  expect(await tunnel(world.sandbox, { ...pretending(), tls: certified(eksIdentity) })).toBe(200);
  world.cluster.store.delete('authorizationpolicies.security.istio.io', ecsCluster, 'only-default');
});

/** What istiod certifies for somebody who asks through the gateway's address for the identity of istiod itself. */
async function certifiedFor(authorization: string, impersonate = false): Promise<string> {
  const wanted = 'spiffe://cluster.local/ns/istio-system/sa/istiod';
  const { fabric } = world.sandbox;
  const { istiodAddress, rootCertificate } = await bootstrap();
  const [host = '', port] = istiodAddress.split(':');
  const dial = async () => {
    const [ip = ''] = fabric.names.resolve(host, { vpcId: fabric.interfaces.get(places.caller.eniId)?.vpcId ?? '' });
    return fabric.dial(places.caller, { ip, port: Number(port) });
  };
  const transport = { dial, ca: rootCertificate, servername: 'istiod.istio-system.svc', clock: systemClock };
  const metadata = () => Promise.resolve({ authorization });
  return (await requestCertificate({ ...transport, spiffe: wanted, metadata, impersonate })).spiffe;
}

async function bootstrap(): Promise<{ istiodAddress: string; rootCertificate: string }> {
  const { taskDefinitionArn: taskDefinition } = await taskOf('shell-task');
  const { taskDefinition: found } = await world.aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const proxy = found?.containerDefinitions?.find(({ name }) => name === 'ztunnel');
  const token = proxy?.environment?.find(({ name }) => name === 'BOOTSTRAP_TOKEN')?.value ?? '';
  return JSON.parse(Buffer.from(token, 'base64').toString()) as Awaited<ReturnType<typeof bootstrap>>;
}

/** Signed with the credentials that the task itself gets. */
async function identityOfTask(): Promise<string> {
  const { clusterArn = '', taskArn = '' } = await taskOf('shell-task');
  const script = 'curl -s --noproxy "*" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
  const place = { cluster: clusterArn, task: taskArn, container: 'shell' };
  const { output } = await executeInTask(world.aws.ecs, { ...place, script, clock: systemClock, timeoutMs: 5000 });
  const given = JSON.parse(output) as Record<'AccessKeyId' | 'SecretAccessKey' | 'Token', string>;
  const credentials = { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey };
  return signed({ ...credentials, sessionToken: given.Token });
}

const signed = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  signIdentity({
    credentials,
    region: world.target.region,
    endpoint: 'http://aws.meshbed.internal',
    nowMs: systemClock.now(),
  });

const tokenOf = (namespace: string, serviceAccount: string) =>
  `Bearer ${world.cluster.issueToken({ namespace, serviceAccount, audiences: ['istio-ca'], ttlMs: 60_000 })}`;

test('certificate request: a task that asks for the name of istiod gets its own', async () => {
  expect(await certifiedFor(await identityOfTask())).toBe(ecsIdentity);
});

test('certificate request: a service account that asks for the name of istiod gets its own', async () => {
  expect(await certifiedFor(tokenOf('default', 'default'))).toBe(eksIdentity);
});

test.each([
  ['a task that impersonates istiod', identityOfTask, /may be .*ecs-demo-sa-local, not .*istiod/],
  ['a service account that impersonates istiod', () => tokenOf('default', 'default'), /may not ask for .*istiod/],
  ['a user of the account', async () => signed(await world.target.accounts.local.credentials()), /is not a role/],
  [
    'a signature with a wrong secret',
    async () => signed({ ...(await world.target.accounts.local.credentials()), secretAccessKey: 'guessed' }),
    /SignatureDoesNotMatch/,
  ],
  ['nobody', () => '', /no credentials/],
])('certificate request: %s is refused', async (_, authorization, message) => {
  await expect(certifiedFor(await authorization(), true)).rejects.toThrow(message);
});

// Last: nothing gets to the tasks afterwards.
test('security group without 15008: EKS → ECS runs into the time limit, and the error names group and port', async () => {
  const name = 'ecs-istio-ecs-demo-sg';
  const { id = '', rules = [] } = [...world.sandbox.fabric.securityGroups.values()].find((g) => g.name === name) ?? {};
  const SecurityGroupRuleIds = rules.flatMap((rule) => (rule.fromPort === 15_008 ? [rule.id] : []));
  await world.aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, SecurityGroupRuleIds }));
  const { failures } = await world.run({ selection: { testsOnly: true }, tests: ['eks-to-ecs-1'] });
  expect(failures['eks-to-ecs-1']).toMatch(/no answer from echo-service\.\S+ before the time limit .*curl: \(28\)/);
  expect(failures['eks-to-ecs-1']).toMatch(
    new RegExp(`likely: none of the \\d+ ingress rules of ${id} allows tcp port 15008 from 192\\.168\\.`),
  );
});

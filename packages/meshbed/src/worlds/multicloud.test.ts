import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { createAzureClient, type AzureResource } from '@meshbed/clients/azure';
import { rmSync } from 'node:fs';
import { ready, systemClock, waiting } from '@meshbed/core';
import { defaultConfiguration } from '@meshbed/runner';
import { explain, type Explanation, openAks, type Pair, readMeshOf } from '@meshbed/runner/explain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourcesOf } from './explained.ts';
import { placeOf } from './tunnel.ts';
import { createWorld, ecsCluster, eksCluster, type Ended, eventually, mustPass, type World } from './world.ts';

const plentyMs = 240_000;
let world: World;
let green: Ended;
beforeAll(async () => {
  world = await createWorld();
  green = await world.run({ scenario: '4', patience: 1 });
}, plentyMs);
afterAll(() => world[Symbol.asyncDispose]());

const [toAks, toEcs] = ['eks-to-aks', 'aks-to-ecs-1'];

/** How the tests end that reach from one cloud into the other, without any step. */
const reaching = (...tests: string[]) =>
  world.run({ scenario: '4', selection: { testsOnly: true }, tests, patience: 0.05 });
const expectGreen = async () =>
  expect(
    (
      await eventually('both ways', async () => {
        const { outcomes, failures } = await reaching(toAks, toEcs);
        return outcomes[toAks] === 'passed' && outcomes[toEcs] === 'passed'
          ? ready(outcomes)
          : waiting(JSON.stringify(failures));
      })
    )[toAks],
  ).toBe('passed');

/** What explain says about EKS → AKS or another pair. */
async function explained(pair: Pair): Promise<Explanation> {
  using sources = await sourcesOf(world);
  const peer = () => openAks(world.target.azure, defaultConfiguration);
  return explain({ ...sources, peer }, await readMeshOf(sources), pair);
}
const eksToAks = { from: 'eks/shell', to: 'echo-service.app-a.svc.cluster.local:8080' };

const systemNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };
const istiod: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'istio-system', name: 'istiod' },
};

const istiodLog = async (kube: KubeClient) => {
  const pods = await kube.list('v1', 'Pod', { namespace: 'istio-system', labels: 'app=istiod' });
  return (
    await Promise.all(pods.map(({ metadata }) => kube.logs({ namespace: 'istio-system', pod: metadata.name })))
  ).join('\n');
};
const says = (kube: KubeClient, text: string) =>
  eventually(`istiod says ${text}`, async () => {
    const log = await istiodLog(kube);
    return log.includes(text) ? ready(log) : waiting(log.split('\n').slice(-3).join('\n'));
  });

test('scenario 4: everything passes, and what crossed a border shows both tunnels', () => {
  expect(green).toMatchObject({ outcome: 'passed', failures: {} });
  expect(Object.values(green.outcomes)).toHaveLength(30);
});

test.each([
  ['EKS → AKS', toAks, ['network1', 'network2'], 'default/sa/default', 'app-a/sa/default'],
  ['AKS → ECS', toEcs, ['network2', 'network1'], 'app-a/sa/default', `${ecsCluster}/sa/ecs-demo-sa-local`],
])(
  '%s: the gateway proved itself in the outer tunnel, the destination in the inner one, and nothing else leads there',
  (_, id, [own, network], from, to) => {
    const spiffe = (name: string) => `spiffe://cluster.local/ns/${name}`;
    expect(green.records[id]).toMatchObject({
      sourceIdentity: spiffe(from),
      destinationIdentity: spiffe(to),
      crossing: {
        network,
        address: expect.stringMatching(/:15008$/),
        sourceIdentity: spiffe(from),
        destinationIdentity: spiffe('istio-eastwest/sa/istio-eastwest'),
        leadsTo: expect.stringMatching(/:15008$/),
        own: { network: own, recorded: false },
        direct: { to: expect.stringMatching(/:15008$/), outcome: expect.stringContaining('timeout') },
      },
    });
  },
);

const ipOf = async (kube: KubeClient, namespace: string, app: string) => {
  const [pod] = await kube.list('v1', 'Pod', { namespace, labels: `app=${app}` });
  return String((pod?.['status'] as { podIP?: string } | undefined)?.podIP);
};

test('no direct way: a connection from one cloud to a workload of the other fails, on every mesh port', async () => {
  const { fabric } = world.sandbox;
  const [shell, echo] = [
    await ipOf(world.kube, 'default', 'eks-shell'),
    await ipOf(world.aks, 'app-a', 'echo-service'),
  ];
  const back = await ipOf(world.aks, 'app-a', 'shell');
  const task = green.records[toEcs]?.crossing?.leadsTo.split(':')[0] ?? '';
  for (const [from, to] of [
    [shell, echo],
    [back, task],
  ] as const) {
    for (const port of [8080, 15_008, 15_012]) {
      expect(fabric.explain(placeOf(world.sandbox, from), { ip: to, port }).kind).not.toBe('connected');
      await expect(
        fabric.dial(placeOf(world.sandbox, from), { ip: to, port }, { timeoutMs: 50 }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/ETIMEDOUT|EHOSTUNREACH/),
      });
    }
  }
});

test('explain: the way to the other cloud leads through NAT, Azure’s rules and load balancer, and its gateway', async () => {
  const { verdict, via, hops, warnings } = await explained(eksToAks);
  expect([verdict, via, warnings]).toEqual(['allowed', 'hbone', []]);
  const met = ['nat-', '/networkSecurityGroups/', '/loadBalancingRules/', 'Gateway istio-eastwest/istio-eastwest'];
  for (const part of met) expect(hops.map(({ object }) => object)).toContainEqual(expect.stringContaining(part));
  expect(hops.filter(({ step }) => step === 'tunnel').map(({ says: text }) => text.split(' ')[0])).toEqual([
    'outer',
    'inner',
  ]);
  const back = await explained({ from: 'aks/app-a/shell', to: `ecs/1/echo-service` });
  expect(back).toMatchObject({ verdict: 'allowed', via: 'hbone', warnings: [] });
  expect(back.hops.map(({ object }) => object)).toContainEqual(expect.stringContaining('/outboundRules/'));
});

test(
  'a rule of Azure that closes the port: explain names it, with the command that removes it',
  async () => {
    const { azure } = world.target;
    using client = createAzureClient(azure, { clock: systemClock });
    const [group] = await client.list<AzureResource>(
      '/providers/Microsoft.Network/networkSecurityGroups',
      '2024-05-01',
    );
    const path = `${group?.id.slice(group.id.indexOf('/resourceGroups'))}/securityRules/closed`;
    const properties = {
      priority: 100,
      direction: 'Inbound',
      access: 'Deny',
      protocol: 'Tcp',
      destinationPortRange: '15008',
    };
    await client.put(path, '2024-05-01', { properties });
    try {
      // Tunnels that are open stay open: Azure tracks connections.
      await eventually('the end of the tunnels', async () => {
        const failure = (await reaching(toAks)).failures[toAks];
        return failure?.includes(`${group?.id}/securityRules/closed`) ? ready(true) : waiting(failure ?? 'it answers');
      });
      expect((await explained(eksToAks)).cause).toMatchObject({
        reason: 'security-group-ingress',
        object: `${group?.id}/securityRules/closed`,
        fix: [expect.stringMatching(/^az network nsg rule delete .* --name closed$/)],
      });
    } finally {
      await client.delete(path, '2024-05-01');
    }
    await expectGreen();
  },
  plentyMs,
);

test(
  'again: nothing changes',
  async () => {
    const { changes, outcomes } = await world.run({ scenario: '4', selection: { to: 'prepare_tests' }, patience: 1 });
    expect(changes).toEqual([]);
    expect(outcomes['connect_clusters']).toBe('unchanged');
  },
  plentyMs,
);

/** A field of an object of AKS is another for a while. */
async function broken(change: Manifest, heal: Manifest, look: () => Promise<void>): Promise<void> {
  await world.aks.patch(change);
  try {
    await look();
  } finally {
    await world.aks.patch(heal);
  }
  await expectGreen();
}
const echo = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'app-a', name: 'echo-service' } };
const labelled = (object: Manifest, labels: Record<string, string | null>) =>
  ({ ...object, metadata: { ...object.metadata, labels } }) as Manifest;

test(
  'not global: the other cloud does not know the service any more',
  async () => {
    const scope = { 'istio.io/global': null, 'solo.io/service-scope': null };
    await broken(
      labelled(echo, scope),
      labelled(echo, { 'istio.io/global': 'true', 'solo.io/service-scope': 'global' }),
      async () => {
        const { failures } = await eventually('the service is forgotten', async () => {
          const ended = await reaching(toAks);
          return ended.failures[toAks]?.includes('nobody knows the name')
            ? ready(ended)
            : waiting(JSON.stringify(ended.failures));
        });
        expect(failures[toAks]).toContain('nobody knows the name echo-service.app-a.svc.cluster.local');
        expect((await explained(eksToAks)).cause).toMatchObject({
          reason: 'not-global',
          fix: ['kubectl --context istio-aks label service echo-service -n app-a istio.io/global=true'],
        });
      },
    );
  },
  plentyMs,
);

test(
  'no network label: the cluster is left out, and istiod says why',
  async () => {
    const label = 'topology.istio.io/network';
    await broken(
      labelled(systemNamespace, { [label]: null }),
      labelled(systemNamespace, { [label]: 'network2' }),
      async () => {
        await says(world.kube, 'cluster aks-cluster does not say which network it is');
        expect((await explained(eksToAks)).cause).toMatchObject({ reason: 'network-label-missing' });
        expect((await reaching(toAks)).failures[toAks]).toBeDefined();
      },
    );
  },
  plentyMs,
);

test(
  'a gateway without address: nothing leads there, and istiod says which',
  async () => {
    const metadata = { namespace: 'istio-eastwest', name: 'istio-eastwest' };
    const service = (type: string) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec: { type } });
    await broken(service('ClusterIP'), service('LoadBalancer'), async () => {
      await says(
        world.kube,
        'gateway istio-eastwest/istio-eastwest of cluster aks-cluster, network network2, has no address yet',
      );
      expect((await explained(eksToAks)).cause).toMatchObject({ reason: 'gateway-without-address' });
      expect((await reaching(toAks)).failures[toAks]).toBeDefined();
    });
  },
  plentyMs,
);

test(
  'a bad token in a remote secret: said, nothing known is lost, and the step repairs it',
  async () => {
    const name = 'istio-remote-secret-aks-cluster';
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'istio-system', name } };
    const found = (await world.kube.get(secret))?.['data'] as Record<string, string>;
    const kubeconfig = Buffer.from(found['aks-cluster'] ?? '', 'base64').toString();
    const bad = kubeconfig.replace(/token: \S+/, 'token: rubbish');
    await world.kube.patch({ ...secret, data: { 'aks-cluster': Buffer.from(bad).toString('base64') } });
    await says(world.kube, 'remote cluster aks-cluster (secret istio-system/istio-remote-secret-aks-cluster): ');
    expect(await istiodLog(world.kube)).toMatch(/remote cluster aks-cluster .*Unauthorized.*trying again/);
    await expectGreen();
    const { changes, failures } = await world.run({
      scenario: '4',
      selection: { to: 'connect_clusters' },
      patience: 1,
    });
    expect({ changes, failures }).toEqual({ changes: ['update remote secret aks-cluster in eks'], failures: {} });
    await expectGreen();
  },
  plentyMs,
);

test(
  'one istiod down: what is open goes on, new policies wait, and it heals by itself',
  async () => {
    await world.aks.patch({ ...istiod, spec: { replicas: 0 } });
    await eventually('the end of istiod', async () => {
      const pods = await world.aks.list('v1', 'Pod', { namespace: 'istio-system', labels: 'app=istiod' });
      return pods.length === 0 ? ready(true) : waiting('it runs');
    });
    expect((await reaching(toAks, toEcs)).failures).toEqual({});
    const closed = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { namespace: 'app-a', name: 'closed-meanwhile' },
      spec: {},
    };
    await world.aks.apply(closed);
    expect((await reaching(toAks)).failures).toEqual({});
    await world.aks.patch({ ...istiod, spec: { replicas: 1 } });
    await eventually('the policy to arrive', async () => {
      const failure = (await reaching(toAks)).failures[toAks];
      return failure?.includes('reset') ? ready(true) : waiting(failure ?? 'it answers');
    });
    await world.aks.delete(closed);
    await expectGreen();
  },
  plentyMs,
);

test(
  'roots that differ: every handshake between the clouds fails; the steps bring one root to both',
  async () => {
    rmSync(`${world.sandbox.directory.path}/certificates/${eksCluster}`, { recursive: true });
    const step = (from: string, to = from) =>
      mustPass(world.run({ scenario: '4', selection: { from, to }, patience: 1 }));
    await step('create_certs', 'install_ca_secrets');
    await step('istio_aks');
    const failure = await eventually('the end of trust', async () => {
      const found = (await reaching(toAks)).failures[toAks];
      return found === undefined ? waiting('it answers') : ready(found);
    });
    expect(failure).toMatch(/was reset|no answer/);
    expect((await explained(eksToAks)).cause).toMatchObject({ reason: 'roots-differ' });
    const healed = await world.run({ scenario: '4', tests: [toAks, toEcs], patience: 1 });
    expect(healed.failures).toEqual({});
    expect(healed.changes).toContain(`update mesh enrolment ${ecsCluster}/echo-service`);
    expect(healed.reasons.join()).toContain('enrolled under another root certificate');
  },
  plentyMs,
);

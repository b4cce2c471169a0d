/** Scenario 3 in small, as the APIs would describe it: EKS and one ECS cluster here, another in a second account. */
import type { PolicyDocument } from '@meshbed/policy/iam';
import type { RouteTable, SecurityRule } from '@meshbed/policy/network';
import type { EcsCluster, EcsService, Facts, Interface, RoleFacts } from '../facts/types.ts';
import type { Pod, ServiceEntry, WorkloadEntry } from '../facts/objects.ts';

/** Tests change what they want to break. */
export type Draft<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Draft<V>>
    : T extends readonly (infer E)[]
      ? Draft<E>[]
      : T extends object
        ? { -readonly [field in keyof T]: Draft<T[field]> }
        : T;

export const local = '111111111111';
export const external = '222222222222';
const region = 'us-east-2';
const taskRole = (account: string) => `arn:aws:iam::${account}:role/ecs/ambient/eks-ecs-task-role`;
export const istiodRole: string = `arn:aws:iam::${local}:role/istiod-role`;
export const roles: Record<'local' | 'external', string> = {
  local: `arn:aws:iam::${local}:role/istiod-local`,
  external: `arn:aws:iam::${external}:role/istiod-external`,
};

const keyed = <T extends { id: string }>(...items: T[]) => new Map(items.map((item) => [item.id, item]));

export const rule = (id: string, direction: SecurityRule['direction'], port: number, source: string): SecurityRule => ({
  id,
  direction,
  protocol: port === 0 ? '-1' : 'tcp',
  fromPort: port,
  toPort: port,
  source: source.startsWith('sg-') ? { groupId: source, ownerId: local } : { cidr: source },
});

const out = (id: string) => rule(id, 'egress', 0, '0.0.0.0/0');

const table = (id: string, owner: string, subnet: string, routes: Record<string, string>): RouteTable => ({
  id,
  ownerId: owner,
  vpcId: owner === local ? 'vpc-local' : 'vpc-external',
  associations: [{ subnetId: subnet, main: false }],
  routes: Object.entries(routes).map(([destination, id]) => ({
    destination,
    target:
      id === 'local'
        ? { kind: 'local' as const }
        : { kind: id.startsWith('pcx') ? ('peering' as const) : ('nat-gateway' as const), id },
  })),
});

const eni = (id: string, owner: string, subnetId: string, groupId: string, ips: string[]): Interface => ({
  id,
  ownerId: owner,
  region,
  vpcId: owner === local ? 'vpc-local' : 'vpc-external',
  subnetId,
  ips,
  groupIds: [groupId],
  publicIps: new Map(),
  interfaceType: 'interface',
  description: '',
});

function network(): Facts['network'] {
  return {
    vpcs: keyed(
      { id: 'vpc-local', ownerId: local, cidr: '192.168.0.0/16' },
      { id: 'vpc-external', ownerId: external, cidr: '10.1.0.0/16' },
    ),
    subnets: keyed(
      { id: 'subnet-nodes', ownerId: local, vpcId: 'vpc-local' },
      { id: 'subnet-tasks', ownerId: local, vpcId: 'vpc-local' },
      { id: 'subnet-external', ownerId: external, vpcId: 'vpc-external' },
    ),
    internetGateways: new Map(),
    natGateways: keyed({
      id: 'nat-external',
      ownerId: external,
      subnetId: 'subnet-external',
      publicIp: '203.0.113.1',
      state: 'available' as const,
    }),
    routeTables: keyed(
      table('rtb-nodes', local, 'subnet-nodes', { '192.168.0.0/16': 'local', '10.1.0.0/16': 'pcx-1' }),
      table('rtb-tasks', local, 'subnet-tasks', { '192.168.0.0/16': 'local', '10.1.0.0/16': 'pcx-1' }),
      table('rtb-external', external, 'subnet-external', {
        '10.1.0.0/16': 'local',
        '192.168.0.0/16': 'pcx-1',
        '0.0.0.0/0': 'nat-external',
      }),
    ),
    securityGroups: keyed(
      {
        id: 'sg-nodes',
        ownerId: local,
        rules: [
          out('sgr-1'),
          rule('sgr-2', 'ingress', 15_008, 'sg-tasks'),
          rule('sgr-3', 'ingress', 15_008, '10.1.0.0/16'),
          rule('sgr-self', 'ingress', 0, 'sg-nodes'),
        ],
      },
      { id: 'sg-tasks', ownerId: local, rules: [out('sgr-4'), rule('sgr-5', 'ingress', 15_008, 'sg-nodes')] },
      {
        id: 'sg-external',
        ownerId: external,
        rules: [out('sgr-6'), rule('sgr-7', 'ingress', 15_008, '192.168.0.0/16')],
      },
    ),
    interfaces: keyed(
      eni('eni-node', local, 'subnet-nodes', 'sg-nodes', ['192.168.1.4', '192.168.1.5', '192.168.1.6']),
      eni('eni-lb', local, 'subnet-nodes', 'sg-nodes', ['192.168.1.9']),
      eni('eni-echo-1', local, 'subnet-tasks', 'sg-tasks', ['192.168.2.4']),
      eni('eni-shell-1', local, 'subnet-tasks', 'sg-tasks', ['192.168.2.5']),
      eni('eni-echo-3', external, 'subnet-external', 'sg-external', ['10.1.1.4']),
      eni('eni-shell-3', external, 'subnet-external', 'sg-external', ['10.1.1.5']),
    ),
    peerings: keyed({
      id: 'pcx-1',
      ownerId: local,
      requesterVpcId: 'vpc-local',
      requesterOwnerId: local,
      accepterVpcId: 'vpc-external',
      accepterOwnerId: external,
      status: 'active',
    }),
    groupVpcs: new Map([
      ['sg-nodes', 'vpc-local'],
      ['sg-tasks', 'vpc-local'],
      ['sg-external', 'vpc-external'],
    ]),
  };
}

function service(cluster: EcsCluster, name: string, ip: string): EcsService {
  const { account } = cluster;
  const arn = `arn:aws:ecs:${region}:${account}`;
  return {
    account,
    cluster: cluster.name,
    name,
    arn: `${arn}:service/${cluster.name}/${name}`,
    tags: { 'ecs.solo.io/namespace': cluster.name, 'ecs.solo.io/service-account': 'demo' },
    definition: {
      arn: `${arn}:task-definition/${name}:2`,
      taskRoleArn: taskRole(account),
      hasSidecar: true,
      istiodAddress: 'gw-1.elb.us-east-2.amazonaws.com:15012',
    },
    desiredCount: 1,
    tasks: [
      {
        id: `${name}-${cluster.name}`,
        arn: `${arn}:task/${cluster.name}/${name}-${cluster.name}`,
        status: 'RUNNING',
        ip,
        eniId: `eni-${name.split('-')[0]}-${cluster.name.at(-1)}`,
        definitionArn: `${arn}:task-definition/${name}:2`,
        ztunnel: 'HEALTHY',
      },
    ],
  };
}

function cluster(number: number, account: string, subnet: string): EcsCluster {
  const name = `ecs-demo-${number}`;
  const bare = {
    account,
    name,
    arn: `arn:aws:ecs:${region}:${account}:cluster/${name}`,
    discoverable: true,
    services: [],
  };
  return {
    ...bare,
    services: [service(bare, 'echo-service', `${subnet}.4`), service(bare, 'shell-task', `${subnet}.5`)],
  };
}

const pod = (
  namespace: string,
  name: string,
  ip: string,
  change: { labels?: Record<string, string>; ports?: number[] } = {},
): Pod => ({
  metadata: {
    name: `${name}-7d-x`,
    namespace,
    labels: { app: name, 'pod-template-hash': '7d', ...change.labels },
    annotations: { 'ambient.istio.io/redirection': 'enabled' },
    creationTimestamp: '2026-01-01T10:00:00Z',
    ownerReferences: [{ kind: 'ReplicaSet', name: `${name}-7d`, controller: true }],
  },
  spec: { serviceAccountName: 'default', containers: [{ env: [{ name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI' }] }] },
  status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
});

const domainOf = (account: string) => (account === local ? 'ecs.local' : 'ecs.external');

function entry({ name, cluster: namespace, account }: EcsService, index: number): ServiceEntry {
  const hostname = `${name}.${namespace}.${domainOf(account)}`;
  return {
    metadata: { name: `ecs-service-${name}`, namespace },
    spec: {
      hosts: [hostname],
      resolution: 'STATIC',
      ports: [{ number: name === 'echo-service' ? 8080 : 80, name: 'tcp' }],
      workloadSelector: { labels: { 'ecs.solo.io/hostname': hostname } },
    },
    status: { addresses: [{ value: `240.240.0.${index + 1}`, host: hostname }] },
  };
}

const workloadEntry = ({ name, cluster: namespace, account, tasks: [task] }: EcsService): WorkloadEntry => ({
  metadata: {
    name: `ecs-task-${name}`,
    namespace,
    labels: { 'ecs.solo.io/hostname': `${name}.${namespace}.${domainOf(account)}` },
    annotations: { 'ecs.solo.io/arn': task?.arn ?? '', 'ambient.istio.io/redirection': 'enabled' },
  },
  spec: { address: task?.ip ?? '', serviceAccount: 'demo' },
});

const ambient = { 'istio.io/dataplane-mode': 'ambient' };

function mesh(services: readonly EcsService[]): Facts['mesh'] {
  const namespaces = ['default', 'ecs-demo-1', 'ecs-demo-3'];
  return {
    account: local,
    cluster: 'demo',
    installed: true,
    trustDomain: 'cluster.local',
    rootNamespace: 'istio-system',
    ecsAccounts: [
      { roleArn: roles.local, domain: 'ecs.local' },
      { roleArn: roles.external, domain: 'ecs.external' },
    ],
    namespaces: [
      { metadata: { name: 'istio-system' } },
      ...namespaces.map((name) => ({ metadata: { name, labels: ambient } })),
    ],
    services: [
      {
        metadata: { name: 'eks-echo', namespace: 'default' },
        spec: { clusterIP: '10.100.0.13', selector: { app: 'eks-echo' }, ports: [{ name: 'http', port: 8080 }] },
      },
    ],
    serviceEntries: services.map(entry),
    workloadEntries: services.map(workloadEntry),
    pods: [
      pod('default', 'eks-shell', '192.168.1.5'),
      pod('default', 'eks-echo', '192.168.1.6'),
      pod('istio-system', 'istiod', '192.168.1.4', { labels: { app: 'istiod' } }),
    ],
    serviceAccounts: services.map(({ cluster: namespace, account }) => ({
      metadata: { name: 'demo', namespace, annotations: { 'ecs.solo.io/role-arn': taskRole(account) } },
    })),
    policies: [],
    peerAuthentications: [],
  };
}

const assume = ['sts:AssumeRole', 'sts:TagSession'];
const trust = (Principal: object, Action: string[] = assume): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Principal, Action }],
});

type Role = Extract<RoleFacts, { state: 'found' }>;

const discoveryRole = (arn: string): Role => ({
  state: 'found',
  arn,
  account: arn.split(':')[4] ?? '',
  name: arn.split('/').at(-1) ?? '',
  id: `AROA${arn.slice(-3)}`,
  trust: trust({ AWS: istiodRole }),
  policies: [{ Statement: [{ Effect: 'Allow', Action: 'ecs:*', Resource: '*' }] }],
});

export function discoveryFacts(): NonNullable<Facts['discovery']> {
  return {
    association: { id: 'a-1', roleArn: istiodRole, changedAtMs: Date.parse('2026-01-01T09:59:00Z'), sessionTags: true },
    roles: new Map([
      [
        istiodRole,
        {
          ...discoveryRole(istiodRole),
          trust: trust({ Service: 'pods.eks.amazonaws.com' }),
          policies: [
            { Statement: [{ Effect: 'Allow' as const, Action: assume, Resource: [roles.local, roles.external] }] },
          ],
        },
      ],
      [roles.local, discoveryRole(roles.local)],
      [roles.external, discoveryRole(roles.external)],
    ]),
  };
}

/** Everything as it should be, or as `change` leaves it. */
export function facts(change: (draft: Draft<Facts>) => void = () => {}): Facts {
  const ecs = [cluster(1, local, '192.168.2'), cluster(3, external, '10.1.1')];
  const accounts = [
    { id: local, profile: 'local', region },
    { id: external, profile: 'external', region },
  ];
  const made: Facts = { accounts, network: network(), ecs, mesh: mesh(ecs.flatMap(({ services }) => services)) };
  change(made as Draft<Facts>);
  return made;
}

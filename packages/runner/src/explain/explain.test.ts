import type { AuthorizationPolicyObject } from '@meshbed/policy/istio';
import { describe, expect, test } from 'vitest';
import { explainPair } from './explain.ts';
import type { DiscoveryFacts, Facts } from './facts/types.ts';
import { meshOf } from './mesh/index.ts';
import { discoveryFacts, type Draft, external, facts, istiodRole, local, roles, rule } from './testing/facts.ts';

const shell = 'eks/shell';
const echo1 = 'ecs/1/echo-service';
const echo3 = 'ecs/3/echo-service';

interface Case {
  what: string;
  from?: string;
  to?: string;
  given: (draft: Draft<Facts>) => void;
  /** `reason object in account` */
  cause: string;
  says?: RegExp;
  fix?: RegExp;
}

const route = (draft: Draft<Facts>, table: string, destination: string) => {
  const found = draft.network.routeTables.get(table)!;
  found.routes = found.routes.filter((each) => each.destination !== destination);
};
const ingress = (draft: Draft<Facts>, group: string, ...rules: ReturnType<typeof rule>[]) => {
  const found = draft.network.securityGroups.get(group)!;
  found.rules = [...found.rules.filter(({ direction }) => direction === 'egress'), ...(rules as Draft<typeof rules>)];
};
const role = (draft: Draft<Facts>, arn: string) => {
  const found = draft.discovery!.roles.get(arn)!;
  if (found.state !== 'found') throw new Error(`no role ${arn}`);
  return found;
};
/** Before istiod published anything of the second account. */
const undiscovered = (draft: Draft<Facts>) => {
  const outside = ({ metadata }: { metadata: { namespace?: string } }) => metadata.namespace !== 'ecs-demo-3';
  draft.mesh.serviceEntries = draft.mesh.serviceEntries.filter(outside);
  draft.mesh.workloadEntries = draft.mesh.workloadEntries.filter(outside);
  draft.discovery = discoveryFacts() as Draft<DiscoveryFacts>;
};
const service = (draft: Draft<Facts>, cluster: number, name: string) =>
  draft.ecs.find((each) => each.name === `ecs-demo-${cluster}`)!.services.find((each) => each.name === name)!;
const unenrolled = (draft: Draft<Facts>, cluster: number, name: string) => {
  const found = service(draft, cluster, name);
  found.definition!.hasSidecar = false;
  found.tasks[0]!.ztunnel = undefined;
  found.tags = {};
  const entry = draft.mesh.workloadEntries.find(
    ({ metadata }) => metadata.annotations?.['ecs.solo.io/arn'] === found.tasks[0]!.arn,
  )!;
  entry.metadata.annotations = { 'ecs.solo.io/arn': found.tasks[0]!.arn };
};
const unready = (draft: Draft<Facts>) => {
  const found = service(draft, 3, 'echo-service').tasks[0]!;
  found.status = 'PENDING';
  found.ztunnel = 'UNHEALTHY';
  draft.mesh.workloadEntries = draft.mesh.workloadEntries.filter(({ spec }) => spec.address !== found.ip);
};
const serviceArn = (account: string, number: number, name: string) =>
  `arn:aws:ecs:us-east-2:${account}:service/ecs-demo-${number}/${name}`;

const discovery: Case[] = [
  {
    what: 'cluster without the discovery tag',
    given: (draft) => {
      undiscovered(draft);
      draft.ecs[1]!.discoverable = false;
    },
    cause: `discovery-tag-missing arn:aws:ecs:us-east-2:${external}:cluster/ecs-demo-3 in ${external}`,
    fix: /^aws ecs tag-resource --resource-arn \S+ecs-demo-3 --tags key=ecs.solo.io\/discovery-enabled,value=true --profile external/,
  },
  {
    what: 'account that istiod is not told of',
    given: (draft) => {
      undiscovered(draft);
      draft.mesh.ecsAccounts.pop();
    },
    cause: `account-not-configured ConfigMap istio-system/istio in ${local}`,
    says: new RegExp(`account ${external}`),
  },
  {
    what: 'no Istio',
    given: (draft) => {
      undiscovered(draft);
      draft.mesh.installed = false;
    },
    cause: `istio-missing cluster demo in ${local}`,
  },
  {
    what: 'no association',
    given: (draft) => {
      undiscovered(draft);
      delete draft.discovery!.association;
    },
    cause: `association-missing ServiceAccount istio-system/istiod in ${local}`,
  },
  {
    what: 'association newer than istiod',
    given: (draft) => {
      undiscovered(draft);
      draft.discovery!.association!.changedAtMs = Date.parse('2026-01-02T05:00:00Z');
    },
    cause: `association-newer-than-istiod a-1 in ${local}`,
    says: /2026-01-02T05:00:00.000Z, newer than pod istiod-7d-x of 2026-01-01T10:00:00Z/,
    fix: /^kubectl rollout restart deployment\/istiod/,
  },
  {
    what: 'istiod started without the association',
    given: (draft) => {
      undiscovered(draft);
      draft.mesh.pods.find(({ metadata }) => metadata.namespace === 'istio-system')!.spec.containers = [];
    },
    cause: `association-newer-than-istiod a-1 in ${local}`,
  },
  {
    what: 'trust of istiod-external missing',
    given: (draft) => {
      undiscovered(draft);
      role(draft, roles.external).trust = { Statement: [] };
    },
    cause: `trust-missing ${roles.external} in ${external}`,
    says: /trust policy of \S+istiod-external does not let \S+istiod-role do sts:AssumeRole/,
    fix: /^aws iam update-assume-role-policy --role-name istiod-external --policy-document '.*istiod-role.*' --profile external/,
  },
  {
    what: 'trust of Pod Identity missing',
    given: (draft) => {
      undiscovered(draft);
      role(draft, istiodRole).trust = { Statement: [] };
    },
    cause: `trust-missing ${istiodRole} in ${local}`,
    says: /pods.eks.amazonaws.com/,
  },
  {
    what: 'TagSession missing in a trust policy',
    given: (draft) => {
      undiscovered(draft);
      role(draft, roles.external).trust = {
        Statement: [{ Effect: 'Allow', Principal: { AWS: istiodRole }, Action: 'sts:AssumeRole' }],
      };
    },
    cause: `tag-session-missing ${roles.external} in ${external}`,
    says: /does not let \S+istiod-role do sts:TagSession/,
  },
  {
    what: 'TagSession missing in the policies of istiod',
    given: (draft) => {
      undiscovered(draft);
      role(draft, istiodRole).policies = [
        { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] },
      ];
    },
    cause: `tag-session-missing ${istiodRole} in ${local}`,
    fix: /^aws iam put-role-policy --role-name istiod-role/,
  },
  {
    what: 'istiod may not assume the role',
    given: (draft) => {
      undiscovered(draft);
      role(draft, istiodRole).policies = [];
    },
    cause: `assume-not-permitted ${istiodRole} in ${local}`,
  },
  {
    what: 'role missing',
    given: (draft) => {
      undiscovered(draft);
      draft.discovery!.roles.set(roles.external, { state: 'missing', arn: roles.external, account: external });
    },
    cause: `role-missing ${roles.external} in ${external}`,
  },
  {
    what: 'role may not read ECS',
    given: (draft) => {
      undiscovered(draft);
      role(draft, roles.external).policies = [];
    },
    cause: `reading-not-permitted ${roles.external} in ${external}`,
    says: /allows ecs:ListClusters/,
  },
  {
    what: 'nothing wrong with it',
    given: undiscovered,
    cause: `discovery-pending ecs-demo-3/echo-service in ${local}`,
  },
  {
    what: 'a task that is no more',
    given: (draft) => {
      draft.network.interfaces.delete('eni-echo-3');
      draft.discovery = discoveryFacts() as Draft<DiscoveryFacts>;
      draft.discovery!.association!.changedAtMs = Date.parse('2026-01-02T05:00:00Z');
    },
    cause: `association-newer-than-istiod a-1 in ${local}`,
    says: /ecs-task-echo-service is of a task that is gone/,
  },
];

const names: Case[] = [
  {
    what: 'a name that nobody has',
    to: 'nowhere.example:80',
    given: () => {},
    cause: `unknown-host nowhere.example in ${local}`,
  },
  {
    what: 'a port that the service has not',
    to: `${echo1}:81`,
    given: () => {},
    cause: `unknown-port ServiceEntry ecs-demo-1/ecs-service-echo-service in ${local}`,
    says: /has no port 81: it has 8080/,
  },
  {
    what: 'no address',
    to: echo1,
    given: (draft) => (draft.mesh.serviceEntries[0]!.status = {}),
    cause: `no-address ServiceEntry ecs-demo-1/ecs-service-echo-service in ${local}`,
  },
  {
    what: 'a waypoint',
    to: echo1,
    given: (draft) => (draft.mesh.serviceEntries[0]!.metadata.labels = { 'istio.io/use-waypoint': 'way' }),
    cause: `waypoint ServiceEntry ecs-demo-1/ecs-service-echo-service in ${local}`,
  },
  {
    what: 'no ready pod',
    to: 'eks/eks-echo',
    given: (draft) => (draft.mesh.pods[1]!.status!.conditions = []),
    cause: `no-endpoint Service default/eks-echo in ${local}`,
    says: /1 endpoints, but none is ready/,
  },
];

const enrolment: Case[] = [
  {
    what: 'external task that calls without ztunnel',
    from: 'ecs/3/shell-task',
    to: echo1,
    given: (draft) => unenrolled(draft, 3, 'shell-task'),
    cause: `caller-not-enrolled ${serviceArn(external, 3, 'shell-task')} in ${external}`,
    fix: /^istioctl ecs add-service shell-task --cluster ecs-demo-3 --namespace ecs-demo-3 --service-account demo --external --profile external$/,
  },
  {
    what: 'external task that is called without ztunnel',
    given: (draft) => unenrolled(draft, 3, 'echo-service'),
    cause: `destination-not-enrolled ${serviceArn(external, 3, 'echo-service')} in ${external}`,
    says: /no ztunnel container; in plain text none of the 1 ingress rules of sg-external allows tcp port 8080/,
  },
  {
    what: 'task role that differs from the annotation, task not ready',
    given: (draft) => {
      unready(draft);
      service(draft, 3, 'echo-service').definition!.taskRoleArn = `arn:aws:iam::${external}:role/other`;
    },
    cause: `role-mismatch ServiceAccount ecs-demo-3/demo in ${local}`,
    says: /have the role \S+role\/other, but service account ecs-demo-3\/demo is bound to \S+eks-ecs-task-role/,
    fix: /^kubectl annotate serviceaccount demo -n ecs-demo-3 ecs.solo.io\/role-arn=\S+role\/other --overwrite/,
  },
  {
    what: 'task role that differs from the annotation, so that it can not be enrolled',
    from: 'ecs/3/shell-task',
    to: echo1,
    given: (draft) => {
      unenrolled(draft, 3, 'shell-task');
      for (const account of draft.mesh.serviceAccounts)
        account.metadata.annotations = { 'ecs.solo.io/role-arn': `arn:aws:iam::${external}:role/other` };
    },
    cause: `role-mismatch ServiceAccount ecs-demo-3/demo in ${local}`,
  },
  {
    what: 'service account without annotation',
    given: (draft) => {
      unready(draft);
      for (const account of draft.mesh.serviceAccounts) account.metadata.annotations = {};
    },
    cause: `role-mismatch ServiceAccount ecs-demo-3/demo in ${local}`,
    says: /is bound to no role/,
  },
  {
    what: 'a ztunnel that has no way to istiod',
    given: (draft) => {
      unready(draft);
      draft.network.interfaces.get('eni-lb')!.description = 'ELB net/gw/1';
      route(draft, 'rtb-external', '192.168.0.0/16');
    },
    cause: `route-missing rtb-external in ${external}`,
    says: /can't reach istiod at gw-1.elb.us-east-2.amazonaws.com:15012/,
  },
  {
    what: 'a ztunnel that is unhealthy for reasons of its own',
    given: unready,
    cause: `proxy-unhealthy arn:aws:ecs:us-east-2:${external}:task/ecs-demo-3/echo-service-ecs-demo-3 in ${external}`,
  },
  {
    what: 'a pod that calls a name of the mesh from outside',
    to: echo1,
    given: (draft) => {
      draft.mesh.pods[0]!.metadata.annotations = {};
      draft.mesh.namespaces[1]!.metadata.labels = {};
    },
    cause: `caller-not-enrolled Namespace default in ${local}`,
    fix: /^kubectl label namespace default istio.io\/dataplane-mode=ambient/,
  },
  {
    what: 'no task',
    from: 'ecs/1/shell-task',
    given: (draft) => (service(draft, 1, 'shell-task').tasks = []),
    cause: `caller-not-running ${serviceArn(local, 1, 'shell-task')} in ${local}`,
  },
];

const network: Case[] = [
  {
    what: 'peering deleted',
    given: (draft) => (draft.network.peerings.get('pcx-1')!.status = 'deleted'),
    cause: `blackhole-route rtb-nodes in ${local}`,
    fix: new RegExp(
      `^aws ec2 create-vpc-peering-connection --vpc-id vpc-local --peer-vpc-id vpc-external --peer-owner-id ${external} --profile local`,
    ),
  },
  {
    what: 'peering deleted, and made anew',
    given: (draft) => {
      const peering = draft.network.peerings.get('pcx-1')!;
      draft.network.peerings.set('pcx-2', { ...peering, id: 'pcx-2' });
      peering.status = 'deleted';
    },
    cause: `blackhole-route rtb-nodes in ${local}`,
    fix: /^aws ec2 replace-route --route-table-id rtb-nodes --destination-cidr-block \S+ --vpc-peering-connection-id pcx-2 --profile local/,
  },
  {
    what: 'peering not accepted',
    given: (draft) => (draft.network.peerings.get('pcx-1')!.status = 'pending-acceptance'),
    cause: `peering-not-accepted pcx-1 in ${external}`,
    fix: /^aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id pcx-1 --profile external/,
  },
  {
    what: 'route missing at the caller',
    given: (draft) => route(draft, 'rtb-nodes', '10.1.0.0/16'),
    cause: `route-missing rtb-nodes in ${local}`,
    fix: /^aws ec2 create-route --route-table-id rtb-nodes --destination-cidr-block 10.1.0.0\/16 --vpc-peering-connection-id pcx-1 --profile local/,
  },
  {
    what: 'route missing at the caller, whose default route leads out',
    from: 'ecs/3/shell-task',
    to: echo1,
    given: (draft) => route(draft, 'rtb-external', '192.168.0.0/16'),
    cause: `route-missing rtb-external in ${external}`,
    says: /no route to 192.168.0.0\/16 of vpc-local: its default route takes packets/,
  },
  {
    what: 'way back missing in a private table',
    given: (draft) => route(draft, 'rtb-external', '192.168.0.0/16'),
    cause: `return-route-missing rtb-external in ${external}`,
    fix: /^aws ec2 create-route --route-table-id rtb-external --destination-cidr-block 192.168.0.0\/16 --vpc-peering-connection-id pcx-1 --profile external/,
  },
  {
    what: 'no peering',
    given: (draft) => {
      draft.network.peerings.clear();
      route(draft, 'rtb-nodes', '10.1.0.0/16');
    },
    cause: `route-missing rtb-nodes in ${local}`,
    fix: /^aws ec2 create-vpc-peering-connection --vpc-id vpc-local --peer-vpc-id vpc-external/,
  },
  {
    what: 'external security group without the mesh ports',
    given: (draft) => ingress(draft, 'sg-external', rule('sgr-8', 'ingress', 8080, '192.168.0.0/16')),
    cause: `security-group-ingress sg-external in ${external}`,
    says: /none of the 1 ingress rules of sg-external allows tcp port 15008 from 192.168.1.5/,
    fix: /^aws ec2 authorize-security-group-ingress --group-id sg-external --ip-permissions 'IpProtocol=tcp,FromPort=15008,ToPort=15008,IpRanges=\[\{CidrIp=192.168.0.0\/16\}\]' --profile external/,
  },
  {
    what: 'local security group without the mesh port',
    to: echo1,
    given: (draft) => ingress(draft, 'sg-tasks'),
    cause: `security-group-ingress sg-tasks in ${local}`,
    fix: /UserIdGroupPairs=\[\{GroupId=sg-nodes\}\]' --profile local/,
  },
  {
    what: 'egress closed',
    given: (draft) => (draft.network.securityGroups.get('sg-nodes')!.rules = []),
    cause: `security-group-egress sg-nodes in ${local}`,
    fix: /^aws ec2 authorize-security-group-egress --group-id sg-nodes .*CidrIp=10.1.0.0\/16/,
  },
  {
    what: 'networks whose addresses overlap',
    given: (draft) => {
      draft.network.vpcs.get('vpc-external')!.cidr = '192.168.0.0/16';
      const task = draft.network.interfaces.get('eni-echo-3')!;
      task.ips = ['192.168.3.4'];
      draft.mesh.workloadEntries.find(({ spec }) => spec.address === '10.1.1.4')!.spec.address = '192.168.3.4';
    },
    cause: `cidr-conflict vpc-local, vpc-external in ${external}`,
    says: /route 192.168.0.0\/16 → local in rtb-nodes takes packets for 192.168.3.4 to vpc-local .* but it is in vpc-external/,
  },
  {
    what: 'a peering left behind, to a network that looks like the wanted one',
    given: (draft) => {
      draft.network.vpcs.set('vpc-old', { id: 'vpc-old', ownerId: local, cidr: '10.1.0.0/16' });
      const peering = {
        ...draft.network.peerings.get('pcx-1')!,
        id: 'pcx-old',
        accepterVpcId: 'vpc-old',
        accepterOwnerId: local,
      };
      draft.network.peerings.set('pcx-old', peering);
      draft.network.routeTables.get('rtb-nodes')!.routes[1]!.target = { kind: 'peering', id: 'pcx-old' };
    },
    cause: `cidr-conflict vpc-old, vpc-external in ${external}`,
    says: /10.1.0.0\/16 → pcx-old in rtb-nodes/,
  },
  {
    what: 'a caller whose account was not read',
    given: (draft) => draft.network.interfaces.delete('eni-node'),
    cause: `source-missing 192.168.1.5 in ${local}`,
  },
];

const policy = (name: string, spec: AuthorizationPolicyObject['spec']): Draft<AuthorizationPolicyObject> =>
  ({ metadata: { name, namespace: 'ecs-demo-3' }, spec }) as Draft<AuthorizationPolicyObject>;
const fromNamespace = (namespace: string) => [{ from: [{ source: { namespaces: [namespace] } }] }];

const policies: Case[] = [
  {
    what: 'a DENY',
    given: (draft) => draft.mesh.policies.push(policy('deny-eks', { action: 'DENY', rules: fromNamespace('default') })),
    cause: `policy-denied AuthorizationPolicy ecs-demo-3/deny-eks in ${local}`,
    says: /matches by rule 1: explicitly denied by: ecs-demo-3\/deny-eks/,
    fix: /^kubectl edit authorizationpolicy deny-eks -n ecs-demo-3/,
  },
  {
    what: 'no ALLOW that matches',
    given: (draft) => draft.mesh.policies.push(policy('allow-ecs', { rules: fromNamespace('ecs-demo-1') })),
    cause: `policy-none-allowed AuthorizationPolicy ecs-demo-3/allow-ecs in ${local}`,
    says: /allow-ecs: rule 1: namespace must be ecs-demo-1, it is default/,
    fix: /"principals":\["cluster.local\/ns\/default\/sa\/default"\].*"ports":\["8080"\].*kubectl apply -f -/,
  },
];

describe.each([
  ['discovery', discovery],
  ['names', names],
  ['enrolment', enrolment],
  ['network', network],
  ['policies', policies],
])('explain: %s', (_, cases) => {
  test.each(cases)('$what', ({ from = shell, to = echo3, given, cause: expected, says, fix }) => {
    const { verdict, cause, hops } = explainPair(meshOf(facts(given)), { from, to });
    expect(`${cause?.reason} ${cause?.object} in ${cause?.account}`).toBe(expected);
    expect(verdict).toBe('denied');
    expect(cause?.says).toMatch(says ?? '');
    expect(cause?.fix[0] ?? '').toMatch(fix ?? '');
    expect(hops.at(-1)).toMatchObject({ verdict: 'deny', object: cause?.object });
  });
});

describe('explain: allowed', () => {
  test('between accounts: the whole way, every object with its account', () => {
    const { verdict, via, hops, warnings } = explainPair(meshOf(facts()), { from: shell, to: echo3 });
    expect({ verdict, via, warnings }).toEqual({ verdict: 'allowed', via: 'hbone', warnings: [] });
    expect(
      hops.map(({ step, object, account }) => `${step} ${object} ${account === local ? 'local' : 'external'}`),
    ).toEqual([
      'caller Pod default/eks-shell-7d-x local',
      'name ServiceEntry ecs-demo-3/ecs-service-echo-service local',
      'endpoint WorkloadEntry ecs-demo-3/ecs-task-echo-service external',
      'network rtb-nodes local',
      'network sg-nodes local',
      'network pcx-1 local',
      'network rtb-external external',
      'network sg-external external',
      'tunnel WorkloadEntry ecs-demo-3/ecs-task-echo-service external',
      'policy Namespace ecs-demo-3 local',
    ]);
  });

  test('the role of discovery has lost its trust: a warning, since the session of istiod goes on', () => {
    const withoutTrust = facts((draft) => {
      draft.discovery = discoveryFacts() as Draft<DiscoveryFacts>;
      role(draft, roles.external).trust = { Statement: [] };
    });
    const { verdict, warnings } = explainPair(meshOf(withoutTrust), { from: shell, to: echo3 });
    expect(verdict).toBe('allowed');
    expect(warnings).toMatchObject([
      {
        reason: 'trust-missing',
        object: roles.external,
        says: expect.stringMatching(/sts:AssumeRole: istiod goes on/),
      },
    ]);
  });

  test.each([
    ['ecs/3/shell-task', 'ecs/3/echo-service'],
    ['ecs/ecs-demo-3/shell-task', 'echo-service.ecs-demo-1.ecs.local:8080'],
    ['ecs/1/shell-task', 'eks/eks-echo'],
    ['eks/default/eks-shell', 'eks-echo:8080'],
    ['eks/default/eks-shell-7d-x', 'eks/default/echo'],
  ])('%s → %s', (from, to) => {
    const open = facts((draft) => {
      ingress(draft, 'sg-external', rule('a', 'ingress', 15_008, '0.0.0.0/0'));
      ingress(draft, 'sg-tasks', rule('b', 'ingress', 15_008, '0.0.0.0/0'));
    });
    expect(explainPair(meshOf(open), { from, to })).toMatchObject({ verdict: 'allowed', via: 'hbone' });
  });

  test('a task without ztunnel whose port is open: in plain text, past all policies, with a warning', () => {
    const open = facts((draft) => {
      unenrolled(draft, 3, 'echo-service');
      ingress(draft, 'sg-external', rule('a', 'ingress', 8080, '192.168.0.0/16'));
      draft.mesh.policies.push(policy('deny-all', {}));
    });
    const { verdict, via, warnings } = explainPair(meshOf(open), { from: shell, to: echo3 });
    expect({ verdict, via }).toEqual({ verdict: 'allowed', via: 'plaintext' });
    expect(warnings).toMatchObject([{ reason: 'destination-not-enrolled' }]);
  });

  test('a pod outside the mesh that calls a Service: in plain text, and policies see nobody', () => {
    const outside = (draft: Draft<Facts>) => {
      draft.mesh.pods[0]!.metadata.annotations = {};
      draft.mesh.pods[0]!.metadata.labels = {
        ...draft.mesh.pods[0]!.metadata.labels,
        'istio.io/dataplane-mode': 'none',
      };
    };
    const pair = { from: shell, to: 'eks/eks-echo' };
    expect(explainPair(meshOf(facts(outside)), pair)).toMatchObject({
      verdict: 'allowed',
      via: 'plaintext',
      warnings: [{ reason: 'caller-not-enrolled' }],
    });
    const strict = facts((draft) => {
      outside(draft);
      draft.mesh.peerAuthentications = [
        { metadata: { name: 'strict', namespace: 'default' }, spec: { mtls: { mode: 'STRICT' } } },
      ];
    });
    expect(explainPair(meshOf(strict), pair).cause?.reason).toBe('policy-denied');
  });

  test('a role that no longer fits, with a ztunnel that still has its certificate: allowed, with a warning', () => {
    const changed = facts(
      (draft) => (service(draft, 3, 'echo-service').definition!.taskRoleArn = `arn:aws:iam::${external}:role/other`),
    );
    expect(explainPair(meshOf(changed), { from: shell, to: echo3 })).toMatchObject({
      verdict: 'allowed',
      warnings: [{ reason: 'role-mismatch' }],
    });
  });

  test('some endpoints are refused: denied, with how many', () => {
    const mixed = facts((draft) => {
      const [pod] = draft.mesh.pods.slice(1);
      draft.mesh.pods.push({
        ...structuredClone(pod!),
        metadata: { ...pod!.metadata, name: 'eks-echo-7d-y' },
        status: { ...pod!.status!, podIP: '192.168.2.99' },
      });
    });
    expect(explainPair(meshOf(mixed), { from: shell, to: 'eks/eks-echo' }).cause?.says).toMatch(/^1 of 2 endpoints: /);
  });
});

test.each([
  ['eks/nobody', echo1, 'no caller eks/nobody'],
  ['aks/app/shell', echo1, 'no caller aks/app/shell: write it as'],
  [shell, 'ecs/9/echo-service', 'no target ecs/9/echo-service'],
])('explain: %s → %s is a wrong question', (from, to, message) => {
  expect(() => explainPair(meshOf(facts()), { from, to })).toThrow(message);
});

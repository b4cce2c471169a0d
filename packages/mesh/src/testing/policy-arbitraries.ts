/** Random authorization policies, over values that often match and sometimes don't. */
import type {
  AuthorizationPolicyObject,
  Condition,
  Operation,
  PeerAuthenticationObject,
  PolicyRule,
  Source,
} from '@meshbed/policy/istio';
import { type Arbitrary, array, constant, constantFrom, oneof, record } from 'fast-check';

export const rootNamespace = 'istio-system';

const some = <T>(value: Arbitrary<T>): Arbitrary<T[]> => array(value, { minLength: 1, maxLength: 2 });

const namespaces = some(constantFrom('app', 'client', 'other', 'cl*', '*nt', '*', rootNamespace));
const principals = some(
  constantFrom(
    'cluster.local/ns/client/sa/shell',
    'cluster.local/ns/app/sa/echo',
    'cluster.local/ns/client/*',
    '*/sa/shell',
    '*',
    'other.domain/ns/client/sa/shell',
  ),
);
const serviceAccounts = some(constantFrom('client/shell', 'app/echo', 'echo', 'shell'));
const ipBlocks = some(constantFrom('10.0.0.0/24', '10.0.0.1', '10.0.1.0/24', '0.0.0.0/0', '10.9.9.9/32', 'not-an-ip'));
const ports = some(constantFrom('8080', '9090', '80', '99999'));

const source: Arbitrary<Source> = partial<Source>({
  namespaces,
  notNamespaces: namespaces,
  principals,
  notPrincipals: principals,
  serviceAccounts,
  notServiceAccounts: serviceAccounts,
  ipBlocks,
  notIpBlocks: ipBlocks,
  requestPrincipals: some(constantFrom('*')),
});
const operation: Arbitrary<Operation> = partial<Operation>({
  ports,
  notPorts: ports,
  methods: some(constantFrom('GET')),
  hosts: some(constantFrom('echo.app')),
});
const condition: Arbitrary<Condition> = record(
  {
    key: constantFrom(
      'source.ip',
      'source.namespace',
      'source.principal',
      'destination.ip',
      'destination.port',
      'request.headers[x]',
    ),
    values: some(constantFrom('10.0.0.1', 'client', 'cluster.local/ns/client/sa/shell', '10.0.1.0/24', '8080')),
    notValues: some(constantFrom('10.0.0.2', 'app', '*', '10.0.1.1', '9090')),
  },
  { requiredKeys: ['key'] },
);

/** Each field rarely, so that rules with one or two of them are common and those without any occur. */
function partial<T extends object>(fields: { [field in keyof T]?: Arbitrary<NonNullable<T[field]>> }): Arbitrary<T> {
  const rarely = Object.fromEntries(
    Object.entries(fields as Record<string, Arbitrary<unknown>>).map(([name, value]) => [
      name,
      oneof({ weight: 3, arbitrary: constant(undefined) }, { weight: 1, arbitrary: value }),
    ]),
  );
  return record(rarely).map(
    (given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T,
  );
}

const rule: Arbitrary<PolicyRule> = partial<PolicyRule>({
  from: some(record({ source })),
  to: some(record({ operation })),
  when: array(condition, { minLength: 1, maxLength: 1 }),
});

const spec: Arbitrary<NonNullable<AuthorizationPolicyObject['spec']>> = record(
  {
    selector: record({
      matchLabels: constantFrom<Record<string, string>>({ app: 'echo' }, { app: 'other' }, { tier: 'back' }, {}),
    }),
    action: constantFrom('ALLOW' as const, 'DENY' as const, 'ALLOW' as const, 'DENY' as const, 'AUDIT' as const),
    rules: array(rule, { maxLength: 3 }),
    targetRefs: constantFrom([{ kind: 'Gateway', name: 'waypoint' }]),
  },
  { requiredKeys: [] },
).map(({ targetRefs, ...rest }) => ({
  ...rest,
  // Most policies are ztunnel's.
  ...(targetRefs && rest.rules?.length === 3 ? { targetRefs } : {}),
}));

const policy = record({
  namespace: constantFrom('app', 'app', 'app', 'client', rootNamespace),
  annotations: constantFrom<Record<string, string>>({}, {}, {}, {}, { 'istio.io/dry-run': 'true' }),
  spec: constantFrom(true, true, true, false).chain((random) =>
    random
      ? spec
      : constantFrom({}, { rules: [{}] }, { action: 'DENY' as const }, { action: 'DENY' as const, rules: [{}] }),
  ),
});

export interface RandomPolicies {
  policies: AuthorizationPolicyObject[];
  peerAuthentications: PeerAuthenticationObject[];
}

/** Names are new for each set, so that no policy is taken for one of the set before. */
export const policySet: Arbitrary<RandomPolicies> = record({
  policies: array(policy, { maxLength: 5 }),
  strict: constantFrom(undefined, undefined, undefined, 'app', rootNamespace),
}).map(({ policies, strict }) => {
  const set = ++sets;
  return {
    policies: policies.map(({ namespace, annotations, spec: given }, index) => ({
      metadata: { name: `policy-${set}-${index}`, namespace, annotations },
      spec: given,
    })),
    peerAuthentications:
      strict === undefined
        ? []
        : [{ metadata: { name: 'strict', namespace: strict }, spec: { mtls: { mode: 'STRICT' as const } } }],
  };
});
let sets = 0;

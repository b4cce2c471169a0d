import { type Authorization, evaluateAuthorization, type Match, policiesInForce } from '@meshbed/policy/istio';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, ids, meshOfTwo } from '../../testing/two-workloads.ts';

const text = fc.constantFrom(
  'default',
  'other',
  'cluster.local/ns/default/sa/shell',
  'cluster.local/ns/default/sa/other',
);
const strings = fc.array(
  fc.oneof(
    text.map((exact) => ({ exact })),
    text.map((value) => ({ prefix: value.slice(0, 10) })),
    text.map((value) => ({ suffix: value.slice(-5) })),
    fc.constant({ presence: true as const }),
  ),
  { minLength: 1, maxLength: 2 },
);
const ports = fc.array(fc.constantFrom(80, 8080), { minLength: 1, maxLength: 2 });
const ips = fc.array(
  fc.constantFrom(
    { address: '10.0.0.0', length: 24 },
    { address: '10.0.0.1', length: 32 },
    { address: '10.9.0.0', length: 16 },
  ),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const match = fc.record(
  {
    namespaces: strings,
    notNamespaces: strings,
    principals: strings,
    notPrincipals: strings,
    sourceIps: ips,
    notSourceIps: ips,
    destinationPorts: ports,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Match>;
const rule = fc.record({
  clauses: fc.array(fc.record({ matches: fc.array(match, { maxLength: 2 }) }), { maxLength: 2 }),
});
const authorization = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  namespace: fc.constantFrom('default', 'other'),
  scope: fc.constantFrom<Authorization['scope'][]>('GLOBAL', 'NAMESPACE', 'WORKLOAD_SELECTOR'),
  action: fc.constantFrom<Authorization['action'][]>('ALLOW', 'DENY'),
  rules: fc.array(rule, { maxLength: 2 }),
  dryRun: fc.boolean(),
});

test('the data plane: lets through what the evaluator allows, and nothing else', async () => {
  const { world, client, echo, application } = await meshOfTwo({ authorizationPolicies: ['default/a'] });
  const connection = {
    sourceIdentity: ids.shell,
    sourceIp: '10.0.0.1',
    destinationIp: '10.0.0.2',
    destinationPort: 8080,
  };
  await fc.assert(
    fc.asyncProperty(fc.array(authorization, { maxLength: 3 }), async (policies) => {
      world.state.policies.clear();
      for (const policy of policies) world.state.setPolicy(policy);
      const { policies: inForce } = policiesInForce(world.state.policies.values(), echo.workload);
      const { verdict } = evaluateAuthorization(inForce, connection);
      const before = application.connections;
      const { how } = await ask(await client.network.connect('10.0.0.2', 8080));
      expect([how, application.connections - before]).toEqual(verdict === 'allow' ? ['end', 1] : ['reset', 0]);
    }),
    { numRuns: 40 },
  );
});

import { judgeConnection } from '@meshbed/policy/istio';
import { assert, asyncProperty, constantFrom, record } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnforcedMesh, identityOfPod, type PodFacts } from './testing/enforced-mesh.ts';
import { policySet, rootNamespace } from './testing/policy-arbitraries.ts';

const pods = {
  shell: { name: 'shell', namespace: 'client', ip: '10.0.0.1', labels: {} },
  echo: { name: 'echo', namespace: 'app', ip: '10.0.1.1', labels: { app: 'echo', tier: 'back' } },
  other: { name: 'other', namespace: 'app', ip: '10.0.1.2', labels: { app: 'other' } },
  tool: { name: 'tool', namespace: rootNamespace, ip: '10.0.1.3', labels: { app: 'echo' } },
} satisfies Record<string, PodFacts>;
const outside = '10.9.9.9';

let mesh: EnforcedMesh;
beforeAll(async () => (mesh = await EnforcedMesh.start(Object.values(pods), [8080, 9090])));
afterAll(() => mesh[Symbol.dispose]());

const connection = record({
  from: constantFrom<PodFacts | undefined>(pods.shell, pods.shell, pods.shell, pods.other, pods.tool, undefined),
  to: constantFrom<PodFacts>(pods.echo, pods.echo, pods.echo, pods.tool),
  port: constantFrom(8080, 9090),
});

/** What `meshbed explain --policies` says, against ztunnels that were told the same policies and connections to them. */
test('what-if: a thousand random policy sets, and the data plane agrees with each answer and its reason', async () => {
  const seen = { allow: 0, deny: 0 };
  await assert(
    asyncProperty(policySet, connection, async (set, { from, to, port }) => {
      mesh.push(set);
      const { verdict } = judgeConnection({ ...set, rootNamespace }, to, {
        sourceIdentity: from && identityOfPod(from),
        sourceIp: from?.ip ?? outside,
        destinationIp: to.ip,
        destinationPort: port,
      });
      const expected = verdict.verdict === 'deny' ? { verdict: 'deny', reason: verdict.reason } : { verdict: 'allow' };
      expect(from ? await mesh.tunnel(from, to, port) : await mesh.plain(outside, to, port)).toEqual(expected);
      seen[verdict.verdict]++;
    }),
    { numRuns: 1000 },
  );
  // Neither answer may be the rare one, or the test would prove little.
  expect(Math.min(seen.allow, seen.deny)).toBeGreaterThan(200);
});

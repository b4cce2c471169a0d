import { ending, nextText } from '@meshbed/hbone/testing';
import type { Authorization } from '@meshbed/policy/istio';
import { describe, expect, test } from 'vitest';
import { workloadOf } from '../../testing/mesh-world.ts';
import { answered, ask, identifiedAs, ids, meshOfTwo, policy, reset, vip } from '../../testing/two-workloads.ts';

describe('ztunnel: authorization', () => {
  const rejected = 'connection closed due to policy rejection: ';
  const anyone: Authorization['rules'] = [{ clauses: [] }];
  test.each([
    ['deny-all', [policy('deny-all')], 'allow policies exist, but none allowed', ['default/deny-all']],
    [
      'an ALLOW for others',
      [policy('allow', { rules: identifiedAs('other') })],
      'allow policies exist, but none allowed',
      ['default/allow'],
    ],
    [
      'a DENY',
      [policy('no', { action: 'DENY', rules: identifiedAs('shell') })],
      'explicitly denied by: default/no',
      ['default/no'],
    ],
    [
      'a DENY beside an ALLOW',
      [policy('yes', { rules: anyone }), policy('no', { action: 'DENY', rules: anyone })],
      'explicitly denied by: default/no',
      ['default/no'],
    ],
    [
      'an ALLOW by port of the service',
      [policy('p', { rules: [{ clauses: [{ matches: [{ destinationPorts: [80] }] }] }] })],
      'allow policies exist, but none allowed',
      ['default/p'],
    ],
  ])('%s: refused, and the destination records by what', async (_, policies, reason, names) => {
    const { world, client, echo, application } = await meshOfTwo();
    for (const each of policies) world.state.setPolicy(each);
    expect(await ask(await client.network.connect(vip, 80))).toEqual(reset);
    expect(application.connections).toBe(0);
    await expect.poll(() => echo.access.recent.length).toBe(1);
    expect(echo.access.recent[0]).toMatchObject({
      direction: 'inbound',
      flag: 'DENY',
      error: rejected + reason,
      refusal: { reason, policies: names },
      source: { identity: ids.shell },
    });
  });

  test.each([
    ['none', []],
    ['an ALLOW for the caller', [policy('deny-all'), policy('allow', { rules: identifiedAs('shell') })]],
    [
      'an ALLOW by port of the workload',
      [policy('p', { rules: [{ clauses: [{ matches: [{ destinationPorts: [8080] }] }] }] })],
    ],
    ['one of another namespace', [policy('deny-all', { namespace: 'other' })]],
    ['one that selects others', [policy('deny-all', { scope: 'WORKLOAD_SELECTOR' })]],
    ['one at the caller', [policy('deny-all', { scope: 'WORKLOAD_SELECTOR' })]],
    ['a dry run', [policy('deny', { action: 'DENY', rules: anyone, dryRun: true })]],
  ])('%s: allowed', async (_, policies) => {
    const { world, client } = await meshOfTwo();
    for (const each of policies) world.state.setPolicy(each);
    expect(await ask(await client.network.connect(vip, 80))).toEqual(answered);
  });

  test('plain text: is refused where only identities are allowed', async () => {
    const { world, echo, application } = await meshOfTwo();
    world.state.setPolicy(
      policy('strict', {
        action: 'DENY',
        rules: [{ clauses: [{ matches: [{ notPrincipals: [{ presence: true }] }] }] }],
      }),
    );
    const socket = await world.network.workload('10.9.9.9').connect('10.0.0.2', 8080);
    expect((await ask(socket)).how).not.toBe('answered');
    expect(application.connections).toBe(0);
    await expect.poll(() => echo.access.recent[0]?.refusal?.policies).toEqual(['default/strict']);
  });

  test('a change of policy: cuts what it no longer allows, and nothing else', async () => {
    const { world, client, echo } = await meshOfTwo();
    const other = await world.join(workloadOf({ name: 'other', addresses: ['10.0.0.3'] }));
    const open = async (from: typeof client) => {
      const socket = await from.network.connect(vip, 80);
      socket.write('x');
      await nextText(socket);
      return socket;
    };
    const [cut, kept] = [await open(client), await open(other)];
    const end = ending(cut);
    world.state.setPolicy(policy('no', { action: 'DENY', rules: identifiedAs('shell') }));
    world.state.policiesSettled();
    expect(await end).toEqual({ how: 'end', text: '' });
    await expect
      .poll(() => echo.access.recent[0])
      .toMatchObject({ error: 'connection closed due to policy change', flag: 'DENY' });
    expect(
      echo.lines.some((line) => line.includes("closed because it's no longer allowed after a policy update")),
    ).toBe(true);
    kept.write('still');
    expect(await nextText(kept)).toBe('still');
    kept.destroy();
  });
});

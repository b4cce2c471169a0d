import { MeshbedError } from '@meshbed/core';
import { connectionOf, type Outcome } from './outcome.ts';
import type { Caller, Destination } from './workload.ts';

const hbonePort = 15_008;
/** Enough for every way around the world: what has not answered by then is not there. */
const enoughSeconds = 1;

/**
 * Dials a workload of another network past the gateways: nothing may lead there.
 * @throws MeshbedError `cloud/probe-direct` when something does
 */
export async function noDirectWay(
  caller: Caller,
  destination: Pick<Destination, 'watch'>,
): Promise<{ to: string; outcome: string } | undefined> {
  const [workload] = (await destination.watch()).workloads;
  if (!workload) return undefined;
  const to = `${workload.ip}:${hbonePort}`;
  const outcome = await caller.request(`http://${to}`, enoughSeconds);
  if (isSilent(outcome)) return { to, outcome: connectionOf(outcome) };
  throw new MeshbedError('cloud/probe-direct', `${caller.name} reaches ${workload.name} past the gateways`, {
    object: to,
    likely: `a route leads from one network to the other: ${connectionOf(outcome)}`,
    next: 'remove what connects them: a peering, a VPN, a public address of the workload',
  });
}

/** Nobody answered, not even that the port is closed. */
const isSilent = (outcome: Outcome) =>
  outcome.kind === 'timeout' ||
  outcome.kind === 'proxy-refused' ||
  (outcome.kind !== 'answered' && /no route to host|unreachable/i.test(outcome.detail));

import type { TestRecord } from '../events.ts';
import { callerAt, destinationAt, noDirectWay, reach } from '../probes/index.ts';
import type { RunContext } from '../run/context.ts';
import type { Place } from '../scenario/types.ts';

/** Passes on an answer of the right workload, over mutual TLS; between networks only if no other way leads there. */
export async function connectivity(run: RunContext, pair: { from: Place; to: Place }): Promise<TestRecord> {
  const [caller, destination] = await Promise.all([callerAt(run, pair.from), destinationAt(run, pair)]);
  const [record, direct] = await Promise.all([
    reach(run, caller, destination),
    destination.gateways && noDirectWay(caller, destination),
  ]);
  const { crossing } = record;
  return crossing && direct ? { ...record, crossing: { ...crossing, direct } } : record;
}

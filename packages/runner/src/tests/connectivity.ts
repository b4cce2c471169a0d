import type { TestRecord } from '../events.ts';
import { callerAt, destinationAt, reach } from '../probes/index.ts';
import type { RunContext } from '../run/context.ts';
import type { Place } from '../scenario/types.ts';

/** Passes on an answer of the right workload, over mutual TLS. */
export async function connectivity(run: RunContext, pair: { from: Place; to: Place }): Promise<TestRecord> {
  const [caller, destination] = await Promise.all([callerAt(run, pair.from), destinationAt(run, pair)]);
  return reach(run, caller, destination);
}

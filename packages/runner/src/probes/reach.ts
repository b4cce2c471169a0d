import { findCause, MeshbedError, ready, until, waiting, type ErrorCode } from '@meshbed/core';
import type { TestRecord } from '../events.ts';
import { parseAccessLine, type AccessRecord } from '../mesh/access-log.ts';
import type { Cause } from '../explain/index.ts';
import type { RunContext } from '../run/context.ts';
import { patienceOf } from '../target.ts';
import { crossed } from './crossing.ts';
import { connectionOf, hostnameIn, type FailureKind, type Outcome } from './outcome.ts';
import { detailsOf, whyNot } from './why.ts';
import type { Caller, Destination, Watch } from './workload.ts';

export const urlOf = ({ host, port }: Destination): string => `http://${host}:${port}`;

/**
 * Reaches the destination and returns the evidence: the right workload answered, and its ztunnel saw both identities.
 * @throws MeshbedError `cloud/probe-…` with words of its own for every way of not getting there.
 */
export async function reach(run: RunContext, caller: Caller, destination: Destination): Promise<TestRecord> {
  const [watch, gateways] = await Promise.all([destination.watch(), destination.gateways?.()]);
  const outcome = await caller.request(urlOf(destination));
  if (outcome.kind !== 'answered') throw await probeFailure(run, { caller, destination, outcome });
  const answeredBy = rightWorkload(destination, watch, outcome);
  const seen = await recorded(run, watch, caller).catch(async (error: unknown) => {
    throw await unrecorded(run, { caller, destination }, error);
  });
  if (seen.sourceIdentity !== caller.identity || seen.destinationIdentity !== destination.identity) {
    throw new MeshbedError(
      'cloud/probe-identity',
      `${destination.host} answered, but to ${seen.sourceIdentity ?? 'nobody known'}`,
      {
        likely: `expected ${caller.identity} → ${destination.identity}, the ztunnel saw ${seen.sourceIdentity} → ${seen.destinationIdentity}`,
      },
    );
  }
  const address = await destination.address();
  const crossing = gateways && (await crossed(run, gateways, { caller, destination }));
  return {
    caller: caller.name,
    ...(crossing && { crossing }),
    host: destination.host,
    ...(address === undefined ? {} : { address }),
    connection: connectionOf(outcome),
    answeredBy,
    sourceIdentity: seen.sourceIdentity,
    destinationIdentity: seen.destinationIdentity,
  };
}

function rightWorkload(
  destination: Destination,
  { workloads }: Watch,
  { status, body }: Extract<Outcome, { kind: 'answered' }>,
): string {
  const hostname = hostnameIn(body);
  const found = workloads.find(
    ({ hostnames }) => hostname !== undefined && names(hostname).some((name) => hostnames.includes(name)),
  );
  if (found && status === 200) return `${found.name} (${hostname})`;
  const expected = workloads.map(({ name }) => name).join(', ') || 'no running workload';
  throw new MeshbedError(
    'cloud/probe-wrong-workload',
    `${hostname ?? 'something without a name'} answered for ${destination.host} with status ${status}`,
    {
      object: destination.host,
      likely: `expected an answer of ${expected}; it said: ${body.slice(0, 120)}`,
    },
  );
}

/** With and without the domain. */
const names = (hostname: string) => [hostname, hostname.split('.')[0] ?? hostname];

/** Inbound connections that ended since. */
export async function inbound(watch: Watch): Promise<AccessRecord[]> {
  const lines = await watch.added();
  return lines.flatMap((line) => parseAccessLine(line) ?? []).filter(({ direction }) => direction === 'inbound');
}

const logTimeoutMs = 60_000;

/** Others may call at the same time, so that only the caller's own record ends the wait before its time. */
async function recorded(run: RunContext, watch: Watch, caller: Caller): Promise<AccessRecord> {
  const timeoutMs = logTimeoutMs * patienceOf(run);
  const deadlineMs = run.clock.now() + timeoutMs;
  return until(
    async () => {
      const records = (await inbound(watch)).filter(({ error }) => error === undefined);
      const own = records.find(({ sourceIdentity }) => sourceIdentity === caller.identity);
      const found = own ?? (run.clock.now() >= deadlineMs ? records[0] : undefined);
      return found ? ready(found) : waiting('it answered, but the ztunnel of the destination recorded no connection');
    },
    {
      clock: run.clock,
      signal: run.signal,
      what: `record of the connection from ${caller.name}`,
      timeoutMs,
      next: 'see whether the destination is in the mesh: istioctl ztunnel-config workloads',
    },
  );
}

/** What each way of failing means to people. */
export const words: Record<FailureKind, (host: string) => string> = {
  timeout: (host) => `no answer from ${host} before the time limit`,
  'unknown-host': (host) => `nobody knows the name ${host}`,
  refused: (host) => `the connection to ${host} was refused`,
  reset: (host) => `the connection to ${host} was reset`,
  empty: (host) => `${host} closed the connection without an answer`,
  'proxy-down': () => `the caller's own ztunnel does not answer`,
  'proxy-refused': (host) => `the caller's own ztunnel refused to connect to ${host}`,
  other: (host) => `the request to ${host} failed`,
};

export const likely: Partial<Record<FailureKind, string>> = {
  timeout: 'packets are dropped on the way: security group, route or a workload that hangs',
  'unknown-host': 'discovery has not published the service, or the proxy has not heard of it',
  refused: 'nothing listens on the port',
  reset: 'a policy refused the caller, or the workload ended',
  empty: 'the workload ended while it answered',
  'proxy-down': 'the task has no ztunnel: it is not enrolled',
};

interface Failed {
  caller: Caller;
  destination: Destination;
  outcome: Exclude<Outcome, { kind: 'answered' }>;
}

/** With the object that explain finds in the way. */
export async function probeFailure(
  run: RunContext,
  { caller, destination, outcome: { kind, detail } }: Failed,
): Promise<MeshbedError> {
  const { host, port } = destination;
  const cause = await whyNot(run, { from: caller.path, to: `${host}:${port}` });
  const usual = likely[kind];
  return new MeshbedError(`cloud/probe-${kind}` satisfies ErrorCode, `${words[kind](host)} (${detail})`, {
    ...(usual === undefined ? {} : { likely: usual }),
    ...(cause && isPossible(kind, cause) ? detailsOf(cause) : { object: `${caller.name} → ${host}:${port}` }),
  });
}

/** Whatever keeps the connection out of the mesh: what explain warns of. */
async function unrecorded(run: RunContext, { caller, destination }: Omit<Failed, 'outcome'>, error: unknown) {
  const timedOut = findCause(error, MeshbedError);
  if (timedOut?.code !== 'cloud/timeout') return error;
  const cause = await whyNot(run, { from: caller.path, to: `${destination.host}:${destination.port}` });
  return cause ? new MeshbedError('cloud/timeout', timedOut.message, { cause: error, ...detailsOf(cause) }) : error;
}

/** A policy answers at once. */
const isPossible = (kind: FailureKind, { reason }: Cause) => kind !== 'timeout' || !reason.startsWith('policy-');

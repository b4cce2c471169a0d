import type { NetworkInterface } from '../model.ts';
import { traceConnection } from '../route/index.ts';
import { describeVerdict } from '../verdict.ts';
import { Network } from './network.ts';

/** A connection attempt, by default from subnet-public to port 8080 in subnet-private, where somebody listens. */
export interface Case {
  what: string;
  from?: string;
  fromPublic?: boolean;
  to?: string;
  toPublic?: boolean;
  toIp?: string;
  port?: number;
  /** Changes the world before the attempt. */
  given?: (net: Network, ends: { source: NetworkInterface; destination: NetworkInterface }) => void;
  expect: string;
  by?: string;
  says?: RegExp;
}

export interface Outcome {
  /** `connected`, or `dropped blackhole-route`: the verdict's kind and reason. */
  expect: string;
  /** The object that decided against it. */
  by: string | undefined;
  says: string;
}

/** Makes the attempt in a network of its own and tells what the trace says. */
export function outcomeOf(attempt: Case): Outcome {
  const net = new Network();
  const destination = net.at(attempt.to ?? 'subnet-private', { withPublicIp: attempt.toPublic ?? false });
  const source =
    attempt.from === 'self'
      ? destination
      : net.at(attempt.from ?? 'subnet-public', { withPublicIp: attempt.fromPublic ?? false });
  const from = { eniId: source.id, ip: source.ips[0]! };
  const ip = destination.ips[0]!;
  net.listen(destination.id, ip, 8080);
  attempt.given?.(net, { source, destination });
  const to = attempt.toIp ?? (attempt.toPublic ? destination.publicIps.get(ip)! : ip);
  const verdict = traceConnection(net, from, { ip: to, port: attempt.port ?? 8080 });
  return {
    expect: 'reason' in verdict ? `${verdict.kind} ${verdict.reason}` : verdict.kind,
    by: 'by' in verdict ? verdict.by.object : undefined,
    says: describeVerdict(verdict).join('\n'),
  };
}

export function withoutRoute(net: Network, tableId: string, destination: string): void {
  const table = net.routeTables.get(tableId)!;
  table.routes = table.routes.filter((route) => route.destination !== destination);
}

import type { Workload } from './state/types.ts';

/** What a workload says of itself in the `baggage` header: telemetry, never an argument in a decision. */
export interface Baggage {
  workload?: string;
  namespace?: string;
  cluster?: string;
}

/** Comma separated `key=value`, values that are empty left out, in ztunnel's order. */
export function baggageOf(workload: Workload): string {
  const entries: [string, string][] = [
    ['k8s.cluster.name', workload.clusterId],
    ['k8s.namespace.name', workload.namespace],
    [`k8s.${workload.workloadType}.name`, workload.workloadName],
    ['service.name', workload.canonicalName],
    ['service.version', workload.canonicalRevision],
    ['cloud.region', workload.locality.region],
    ['cloud.availability_zone', workload.locality.zone],
  ];
  return entries.flatMap(([key, value]) => (value === '' ? [] : `${key}=${value}`)).join(',');
}

const workloadKeys = ['deployment', 'cronjob', 'pod', 'job'].map((type) => `k8s.${type}.name`);

/** @param header repeated headers are one list. */
export function parseBaggage(header: string | string[] | undefined): Baggage {
  const entries = [header ?? []].flat().flatMap((each) => each.split(','));
  const values = new Map(entries.flatMap((entry) => splitEntry(entry.trim())));
  const workload = workloadKeys.flatMap((key) => values.get(key) ?? [])[0];
  const namespace = values.get('k8s.namespace.name');
  const cluster = values.get('k8s.cluster.name');
  return { ...(workload && { workload }), ...(namespace && { namespace }), ...(cluster && { cluster }) };
}

function splitEntry(entry: string): [string, string][] {
  const at = entry.indexOf('=');
  return at > 0 && at < entry.length - 1 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
}

import { type CommandInput, text } from '../context.ts';
import { rendered } from '../output.ts';
import { table } from '../table.ts';
import { type Certificate, type Dump, readDump, type Service, type Workload } from './dump.ts';

type Rows = (dump: Dump, flags: CommandInput['flags']) => { json: unknown; rows: string[][]; padding?: number };

/** A sub-command: `-o json` prints the part of the dump, otherwise a table. */
const show =
  (rowsOf: Rows) =>
  async (input: CommandInput): Promise<void> => {
    const { json, rows, padding } = rowsOf(await readDump(input), input.flags);
    input.context.write(rendered(json, text(input.flags['output'])) ?? table(rows, padding));
  };

const by =
  <T>(...keys: ((item: T) => string)[]) =>
  (one: T, other: T): number => {
    const differing = keys.find((key) => key(one) !== key(other));
    return differing ? (differing(one) < differing(other) ? -1 : 1) : 0;
  };

/** Whether a value is the one that a flag asks for, if it asks. */
const isWanted = (flag: CommandInput['flags'][string], value: string): boolean =>
  text(flag) === undefined || value.toLowerCase() === text(flag)?.toLowerCase();

const inNamespace = <T extends { namespace: string }>(items: T[], flag: CommandInput['flags'][string]): T[] =>
  items.filter(({ namespace }) => isWanted(flag, namespace));

type Command = (input: CommandInput) => Promise<void>;

export const services: Command = show((dump, flags) => {
  const found = inNamespace(dump.services, flags['service-namespace']).toSorted(
    by(
      (each) => each.namespace,
      (each) => each.name,
      (each) => each.hostname,
    ),
  );
  const healthy = new Set(dump.workloads.filter(({ status }) => status === 'Healthy').map(({ uid }) => uid));
  const rows = found.map((service) => [
    service.namespace,
    service.name,
    addresses(service),
    waypointOf(service, dump),
    endpoints(service, healthy),
  ]);
  return { json: found, rows: [['NAMESPACE', 'SERVICE NAME', 'SERVICE VIP', 'WAYPOINT', 'ENDPOINTS'], ...rows] };
});

export const workloads: Command = show((dump, flags) => {
  const found = inNamespace(dump.workloads, flags['workload-namespace'])
    .filter(({ node = '' }) => isWanted(flags['workload-node'], node))
    .filter(({ workloadIps }) => workloadIps.some((ip) => isWanted(flags['address'], ip)) || !text(flags['address']))
    .toSorted(
      by(
        (each) => `${each.namespace}.${each.name}`,
        (each) => each.node ?? '',
      ),
    );
  const rows = found.map((workload) => [
    workload.namespace,
    workload.name,
    workload.workloadIps.join(',') || (workload.hostname ?? ''),
    workload.node ?? '',
    waypointOf(workload, dump),
    workload.protocol,
  ]);
  return { json: found, rows: [['NAMESPACE', 'POD NAME', 'ADDRESS', 'NODE', 'WAYPOINT', 'PROTOCOL'], ...rows] };
});

export const policies: Command = show((dump, flags) => {
  const found = inNamespace(dump.policies, flags['policy-namespace']).toSorted(
    by(
      (each) => each.namespace,
      (each) => each.name,
    ),
  );
  const rows = found.map(({ namespace, name, action, scope }) => [namespace, name, action, scope]);
  return { json: found, rows: [['NAMESPACE', 'POLICY NAME', 'ACTION', 'SCOPE'], ...rows] };
});

const certificateColumns = [
  'CERTIFICATE NAME',
  'TYPE',
  'STATUS',
  'VALID CERT',
  'SERIAL NUMBER',
  'NOT AFTER',
  'NOT BEFORE',
];

export const certificates: Command = show((dump) => ({
  json: dump.certificates,
  rows: [certificateColumns, ...dump.certificates.flatMap(certificateRows)],
  padding: 5,
}));

function certificateRows({ identity, state, certChain, rootCerts = [] }: Certificate): string[][] {
  if (state !== 'Available')
    return [[identity, 'NA', state.includes('Unavailable') ? 'Unavailable' : state, 'false', 'NA', 'NA', 'NA']];
  const typed = [
    ...certChain.map((each, at) => ({ each, type: at === 0 ? 'Leaf' : 'Intermediate' })),
    ...rootCerts.map((each) => ({ each, type: 'Root' })),
  ];
  return typed.map(({ each, type }) => [
    identity,
    type,
    state,
    'true',
    BigInt(each.serialNumber).toString(16),
    each.expirationTime,
    each.validFrom,
  ]);
}

/** Addresses without their network. */
const addresses = ({ vips }: Service) => vips.map((vip) => vip.split('/').at(-1) ?? vip).join(',');

function endpoints({ endpoints: known = {} }: Service, healthy: ReadonlySet<string>): string {
  const all = Object.values(known);
  return `${all.filter(({ workloadUid }) => healthy.has(workloadUid)).length}/${all.length}`;
}

/** The waypoint's service; `NA` when it is set but unknown to this ztunnel. */
function waypointOf({ waypoint }: Service | Workload, { services: known }: Dump): string {
  if (!waypoint) return 'None';
  const service = known.find(
    (each) => `${each.namespace}/${each.hostname}` === waypoint.destination || each.vips.includes(waypoint.destination),
  );
  return service?.name ?? 'NA';
}

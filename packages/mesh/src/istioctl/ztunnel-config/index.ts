import { type CommandInput, text } from '../context.ts';
import { rendered } from '../output.ts';
import { table } from '../table.ts';
import { connectionRows } from './connections.ts';
import { type Certificate, type Dump, readDump, type Service, type Workload } from './dump.ts';

interface Part {
  json: unknown;
  rows: string[][];
  padding?: number;
}

type Flags = CommandInput['flags'];
type PartOf = (dump: Dump, flags: Flags) => Part;
type Command = (input: CommandInput) => Promise<void>;

/** A sub-command: `-o json` prints the part of the dump, otherwise a table. */
const show =
  (partOf: PartOf, single = false): Command =>
  async (input) => {
    const { json, rows, padding } = partOf(await selected(input, single), input.flags);
    input.context.write(rendered(json, text(input.flags['output'])) ?? table(rows, padding));
  };

/** The dump; a pod that was named in place of a ztunnel leaves only what is its own. */
async function selected(input: CommandInput, single: boolean): Promise<Dump> {
  const { dump, workload } = await readDump(input, { single });
  if (!workload) return dump;
  const isIt = (each: { name: string; namespace: string }) =>
    each.name === workload.name && each.namespace === workload.namespace;
  const states = Object.entries(dump.workloadState ?? {}).filter(([, { info }]) => isIt(info));
  return { ...dump, workloads: dump.workloads.filter(isIt), workloadState: Object.fromEntries(states) };
}

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

const servicesOf: PartOf = (dump, flags) => {
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
};

const workloadsOf: PartOf = (dump, flags) => {
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
};

const policiesOf: PartOf = (dump, flags) => {
  const found = inNamespace(dump.policies, flags['policy-namespace']).toSorted(
    by(
      (each) => each.namespace,
      (each) => each.name,
    ),
  );
  const rows = found.map(({ namespace, name, action, scope }) => [namespace, name, action, scope]);
  return { json: found, rows: [['NAMESPACE', 'POLICY NAME', 'ACTION', 'SCOPE'], ...rows] };
};

const certificateColumns = [
  'CERTIFICATE NAME',
  'TYPE',
  'STATUS',
  'VALID CERT',
  'SERIAL NUMBER',
  'NOT AFTER',
  'NOT BEFORE',
];

const certificatesOf: PartOf = (dump) => ({
  json: dump.certificates,
  rows: [certificateColumns, ...dump.certificates.flatMap(certificateRows)],
  padding: 5,
});

export const services: Command = show(servicesOf);
export const workloads: Command = show(workloadsOf);
export const policies: Command = show(policiesOf);
export const certificates: Command = show(certificatesOf, true);
export const connections: Command = show(connectionRows, true);

/** In the order of `all`, with what `--with-headers` says above each. */
const parts: Readonly<Record<string, PartOf>> = {
  WORKLOAD: workloadsOf,
  SERVICE: servicesOf,
  POLICY: policiesOf,
  CERTIFICATE: certificatesOf,
  CONNECTION: connectionRows,
};

/** `istioctl ztunnel-config all`: every table, or the whole dump. */
export async function all(input: CommandInput): Promise<void> {
  const { flags, context } = input;
  const dump = await selected(input, false);
  const formatted = rendered(dump, text(flags['output']));
  if (formatted !== undefined) return context.write(formatted);
  for (const [title, partOf] of Object.entries(parts)) {
    const { rows, padding } = partOf(dump, flags);
    context.write(`${flags['with-headers'] ? `------ ${title} INFO ------` : ''}\n${table(rows, padding)}`);
  }
}

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

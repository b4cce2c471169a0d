import { type CommandInput, text } from '../context.ts';
import type { Connection, Dump } from './dump.ts';

const columns = ['WORKLOAD', 'DIRECTION', 'LOCAL', 'REMOTE', 'REMOTE TARGET', 'PROTOCOL'];

/** Open connections of a dump, by workload; addresses are replaced by names unless `--raw`. */
export function connectionRows(dump: Dump, flags: CommandInput['flags']): { json: unknown; rows: string[][] } {
  const [wanted, direction] = [text(flags['workload-namespace']), text(flags['direction'])?.toLowerCase()];
  const named = flags['raw'] ? (address: string) => address : names(dump);
  const states = Object.values(dump.workloadState ?? {})
    .filter(({ info }) => wanted === undefined || info.namespace === wanted)
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const rows = states.flatMap(({ info, connections: { inbound = [], outbound = [] } = {} }) => {
    const workload = `${info.name}.${info.namespace}`;
    const row = (kind: 'Inbound' | 'Outbound') => (connection: Connection) =>
      [workload, kind, ...ends(connection, kind).map(named), connection.protocol] as string[];
    return [
      ...(direction === 'outbound' ? [] : inbound.map(row('Inbound'))),
      ...(direction === 'inbound' ? [] : outbound.map(row('Outbound'))),
    ];
  });
  return { json: states, rows: [columns, ...rows] };
}

const key = ({ info }: NonNullable<Dump['workloadState']>[string]) => `${info.namespace}.${info.name}`;

/** Local, remote and remote target. */
function ends({ src, actualDst, originalDst }: Connection, kind: 'Inbound' | 'Outbound'): string[] {
  return kind === 'Inbound' ? [actualDst, src, originalDst ?? ''] : [src, actualDst, originalDst ?? ''];
}

function names({ services, workloads }: Dump): (address: string) => string {
  const known = new Map<string, string>([
    ...workloads.flatMap(({ workloadIps: [ip], name, namespace }): [string, string][] =>
      ip === undefined ? [] : [[ip, `${name}.${namespace}`]],
    ),
    ...services.flatMap(({ vips: [vip], hostname }): [string, string][] =>
      vip === undefined ? [] : [[vip.split('/').at(-1) ?? vip, hostname]],
    ),
  ]);
  return (address) => {
    const [, ip = address, port = ''] = /^\[?(.*?)\]?(:\d+)$/.exec(address) ?? [];
    return `${known.get(ip) ?? ip}${port}`;
  };
}

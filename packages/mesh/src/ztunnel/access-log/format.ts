import type { AccessRecord } from './record.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LogEntry {
  atMs: number;
  level: Level;
  scope: string;
  message: string;
  fields?: readonly string[];
}

/** ztunnel's plain format: time, level, scope, message and fields, separated by tabs. */
export function logLine({ atMs, level, scope, message, fields = [] }: LogEntry): string {
  const time = new Date(atMs).toISOString().replace('Z', '000Z');
  return [time, level, scope, message, ...(fields.length > 0 ? [fields.join(' ')] : [])].join('\t');
}

export const quoted = (name: string, value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : [`${name}=${JSON.stringify(value)}`];
export const plain = (name: string, value: string | number | undefined): string[] =>
  value === undefined || value === '' ? [] : [`${name}=${value}`];

/** The line of a finished or refused connection. */
export function accessLine(record: AccessRecord): string {
  const { source, destination, error } = record;
  const fields = [
    plain('src.addr', source.address),
    quoted('src.workload', source.workload),
    quoted('src.namespace', source.namespace),
    quoted('src.identity', source.identity),
    quoted('src.cluster', source.cluster),
    plain('dst.addr', destination.address),
    plain('dst.hbone_addr', destination.hboneAddress),
    quoted('dst.service', destination.service),
    quoted('dst.workload', destination.workload),
    quoted('dst.namespace', destination.namespace),
    quoted('dst.identity', destination.identity),
    quoted('dst.cluster', destination.cluster),
    quoted('direction', record.direction),
    plain('bytes_sent', record.bytesSent),
    plain('bytes_recv', record.bytesReceived),
    quoted('duration', `${Math.round(record.durationMs)}ms`),
    quoted('error', error),
  ];
  return logLine({
    atMs: record.atMs,
    level: error === undefined ? 'info' : 'error',
    scope: 'access',
    message: 'connection complete',
    fields: fields.flat(),
  });
}

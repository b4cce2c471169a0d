import type { Clock, Peer } from '@meshbed/core';
import { formatAuthority } from '@meshbed/hbone';
import type { TrafficMetrics } from '../metrics/index.ts';
import { accessLine, logLine, type Level, plain, quoted } from './format.ts';
import type { AccessRecord } from './record.ts';

export { accessLine, logLine } from './format.ts';
export type { AccessRecord, Party, ResponseFlag } from './record.ts';

const kept = 500;

/** Where connections are reported: the log, the metrics, and the records of the last ones for whoever asks. */
export class AccessLog {
  readonly #clock: Clock;
  readonly #print: (line: string) => void;
  readonly #metrics: TrafficMetrics;
  readonly #recent: AccessRecord[] = [];

  constructor(options: { clock: Clock; print: (line: string) => void; metrics: TrafficMetrics }) {
    this.#clock = options.clock;
    this.#print = options.print;
    this.#metrics = options.metrics;
  }

  /** The last 500, oldest first. */
  get recent(): readonly AccessRecord[] {
    return this.#recent;
  }

  complete(record: AccessRecord): void {
    this.#recent.push(record);
    if (this.#recent.length > kept) this.#recent.shift();
    this.#metrics.count(record);
    this.#print(accessLine(record));
  }

  /** A connection of which too little is known for a record. */
  failed(direction: AccessRecord['direction'], source: Peer, destination: Peer, error: string): void {
    const fields = [
      plain('src.addr', addressOf(source)),
      plain('dst.addr', addressOf(destination)),
      quoted('direction', direction),
      quoted('error', error),
    ];
    const line = { level: 'warn', scope: 'access', message: 'connection failed', fields: fields.flat() } as const;
    this.#print(logLine({ atMs: this.#clock.now(), ...line }));
  }

  /** Anything else worth a line. */
  write(level: Level, scope: string, message: string): void {
    this.#print(logLine({ atMs: this.#clock.now(), level, scope, message }));
  }
}

export const addressOf = ({ ip, port }: Peer): string => formatAuthority({ host: ip, port });

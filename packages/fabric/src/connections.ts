import type { Origin, Target, Verdict } from '@meshbed/policy/network';

/** What became of the attempts of one address to reach one port. */
export interface ConnectionRecord {
  from: string;
  /** `address:port` */
  to: string;
  verdict: Verdict['kind'];
  /** Id of the object that decided, and its words; absent when connected. */
  by?: string;
  reason?: string;
  count: number;
  lastMs: number;
}

const limit = 5000;

/** Remembers who connected to what, the latest last. */
export class ConnectionTable {
  readonly #records = new Map<string, ConnectionRecord>();

  note({ from, to }: { from: Origin; to: Target }, verdict: Verdict, nowMs: number): void {
    const target = `${to.ip}:${to.port}`;
    const key = `${from.ip} ${target} ${verdict.kind}`;
    const count = (this.#records.get(key)?.count ?? 0) + 1;
    const by = verdict.kind === 'connected' ? {} : { by: verdict.by.object, reason: verdict.by.reason };
    this.#records.delete(key);
    this.#records.set(key, { from: from.ip, to: target, verdict: verdict.kind, ...by, count, lastMs: nowMs });
    const oldest = this.#records.keys().next().value;
    if (this.#records.size > limit && oldest !== undefined) this.#records.delete(oldest);
  }

  list(): ConnectionRecord[] {
    return [...this.#records.values()];
  }
}

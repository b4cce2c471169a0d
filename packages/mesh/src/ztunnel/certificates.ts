import type { Clock } from '@meshbed/core';
import { RotatingCertificate, type WorkloadCertificate } from '../certificates/index.ts';
import type { CertificateState } from './admin/config-dump.ts';
import type { Certificate } from './proxied.ts';

export interface CertificatesOptions {
  clock: Clock;
  request: (spiffe: string) => Promise<WorkloadCertificate>;
  onFailure: (spiffe: string, error: unknown) => void;
}

interface Held {
  certificate: RotatingCertificate;
  users: number;
  error: string | undefined;
}

/** One certificate per identity, however many workloads have it; kept fresh while somebody uses it. */
export class Certificates implements Disposable {
  readonly #options: CertificatesOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: CertificatesOptions) {
    this.#options = options;
  }

  use(spiffe: string): Certificate & Disposable {
    const held = this.#held.get(spiffe) ?? this.#hold(spiffe);
    held.users++;
    return {
      get: () => held.certificate.get(),
      [Symbol.dispose]: () => this.#release(spiffe, held),
    };
  }

  list(): CertificateState[] {
    return [...this.#held].map(([identity, { certificate, error }]) => ({
      identity,
      material: certificate.current,
      ...(error !== undefined && { error }),
    }));
  }

  [Symbol.dispose](): void {
    for (const { certificate } of this.#held.values()) certificate[Symbol.dispose]();
    this.#held.clear();
  }

  #hold(spiffe: string): Held {
    const { clock, request, onFailure } = this.#options;
    const certificate = new RotatingCertificate({
      clock,
      request: () => request(spiffe),
      onRenewed: () => (held.error = undefined),
      onFailure(error) {
        held.error = error instanceof Error ? error.message : String(error);
        onFailure(spiffe, error);
      },
    });
    const held: Held = { certificate, users: 0, error: undefined };
    this.#held.set(spiffe, held);
    return held;
  }

  #release(spiffe: string, held: Held): void {
    if (--held.users > 0) return;
    held.certificate[Symbol.dispose]();
    this.#held.delete(spiffe);
  }
}

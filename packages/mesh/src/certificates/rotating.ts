import type { Clock } from '@meshbed/core';
import type { WorkloadCertificate } from './client.ts';

/** A certificate with the number of its renewal: the key of connection pools, so that new tunnels use the new one. */
export interface CertificateGeneration extends WorkloadCertificate {
  generation: number;
}

export interface RotatingOptions {
  clock: Clock;
  request: () => Promise<WorkloadCertificate>;
  onRenewed?: (certificate: CertificateGeneration) => void;
  onFailure?: (error: unknown, retryInMs: number) => void;
}

/** `firstMs` is also the shortest pause: a backdated certificate with a short life is past half of it at birth. */
const backoff = { firstMs: 500, maxMs: 150_000 };

/** Keeps one identity's certificate fresh: renews at half of its life; when that fails the old one stays in use. */
export class RotatingCertificate implements Disposable {
  readonly #options: RotatingOptions;
  #current: CertificateGeneration | undefined;
  #pending: Promise<CertificateGeneration> | undefined;
  #timer: Disposable | undefined;
  #failures = 0;
  #disposed = false;

  constructor(options: RotatingOptions) {
    this.#options = options;
  }

  get current(): CertificateGeneration | undefined {
    return this.#current;
  }

  /** The certificate in use; the first call requests it. @throws what the request throws, until one succeeded. */
  async get(): Promise<CertificateGeneration> {
    if (this.#current && this.#current.notAfterMs > this.#options.clock.now()) return this.#current;
    return this.refresh();
  }

  /** Requests a new one now; concurrent calls share one request. */
  refresh(): Promise<CertificateGeneration> {
    this.#pending ??= this.#renew().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  async #renew(): Promise<CertificateGeneration> {
    const { clock, request, onRenewed, onFailure } = this.#options;
    try {
      const certificate = await request();
      this.#current = { ...certificate, generation: (this.#current?.generation ?? 0) + 1 };
      this.#failures = 0;
      this.#arm((certificate.notBeforeMs + certificate.notAfterMs) / 2 - clock.now());
      onRenewed?.(this.#current);
      return this.#current;
    } catch (error) {
      const pauseMs = Math.min(backoff.firstMs * 2 ** this.#failures++, backoff.maxMs);
      this.#arm(pauseMs);
      onFailure?.(error, pauseMs);
      throw error;
    }
  }

  #arm(pauseMs: number): void {
    this.#timer?.[Symbol.dispose]();
    if (this.#disposed) return;
    const again = () => void this.refresh().catch(() => {}); // reported by onFailure
    this.#timer = this.#options.clock.after(Math.max(pauseMs, backoff.firstMs), again);
  }
}

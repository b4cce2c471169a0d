import type { LocalPod, NodeHost } from '@meshbed/core';

/** A node for agents, with pods that a test puts on it. */
export class TestNode implements NodeHost {
  readonly name: string;
  readonly channels: Map<string, unknown> = new Map();
  readonly #pods = new Map<string, LocalPod>();
  readonly #listeners = new Set<() => void>();

  constructor(name: string) {
    this.name = name;
  }

  pods(): readonly LocalPod[] {
    return [...this.#pods.values()];
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  run(pod: LocalPod): void {
    this.#pods.set(pod.uid, pod);
    this.#tell();
  }

  end(uid: string): void {
    this.#pods.delete(uid);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

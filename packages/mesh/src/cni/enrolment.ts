import type { NodeHost, WorkloadNetwork } from '@meshbed/core';

/** A pod whose traffic ztunnel is to take. */
export interface EnrolledPod {
  uid: string;
  namespace: string;
  name: string;
  serviceAccount: string;
  network: WorkloadNetwork;
}

/** ztunnel's part: `start` resolves when the pod's traffic is taken. */
export interface PodServer {
  start(pod: EnrolledPod): Promise<void>;
  stop(uid: string): Promise<void>;
}

interface Entry {
  pod: EnrolledPod;
  served: PromiseWithResolvers<void>;
}

const channel = 'ztunnel.sock';

/**
 * What the node agent and ztunnel say to each other on one node, in place of a unix socket. Either may come first, and
 * either may restart: a new ztunnel is told all pods again.
 */
export class Enrolments {
  readonly #entries = new Map<string, Entry>();
  #server: PodServer | undefined;

  /** The one of this node. */
  static of(node: NodeHost): Enrolments {
    const existing = node.channels.get(channel);
    if (existing instanceof Enrolments) return existing;
    const created = new Enrolments();
    node.channels.set(channel, created);
    return created;
  }

  has(uid: string): boolean {
    return this.#entries.has(uid);
  }

  get uids(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Resolves when a ztunnel has taken over the pod's traffic. */
  add(pod: EnrolledPod): Promise<void> {
    const entry: Entry = { pod, served: Promise.withResolvers() };
    this.#entries.set(pod.uid, entry);
    if (this.#server) start(this.#server, entry);
    return entry.served.promise;
  }

  async remove(uid: string): Promise<void> {
    this.#entries.delete(uid);
    await this.#server?.stop(uid);
  }

  serve(server: PodServer): Disposable {
    this.#server = server;
    for (const entry of this.#entries.values()) start(server, entry);
    return {
      [Symbol.dispose]: () => {
        if (this.#server === server) this.#server = undefined;
      },
    };
  }
}

function start(server: PodServer, { pod, served }: Entry): void {
  server.start(pod).then(served.resolve, served.reject);
}

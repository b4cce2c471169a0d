import { createHash } from 'node:crypto';
import { type Informer, type KubeApi, resources } from '@meshbed/kube-client';
import type { Secret } from '../objects.ts';
import type { Snapshot } from '../wds/snapshot.ts';
import { RemoteCluster, type RemoteClusterOptions, type RemoteStatus } from './cluster.ts';

export interface RemoteClustersOptions extends Pick<RemoteClusterOptions, 'connect' | 'clock' | 'log' | 'onChange'> {
  api: KubeApi;
  signal: AbortSignal;
  namespace: string;
  /** Of this cluster: a secret that names it is passed over. */
  clusterId: string;
}

const selector = 'istio/multiCluster=true';
/** An istiod that starts knows nothing of the others: it must not tell its proxies that they are gone. */
const settleMs = 10_000;

interface Known {
  /** Of the kubeconfig. */
  digest: string;
  cluster: RemoteCluster;
  /** With the kubeconfig before, as long as the new one has not shown anything. */
  before: RemoteCluster | undefined;
}

/** The other clusters of the mesh, as the remote secrets name them. */
export class RemoteClusters implements Disposable {
  readonly #options: RemoteClustersOptions;
  readonly #secrets: Informer<Secret>;
  /** By `secret/key`. */
  readonly #clusters = new Map<string, Known>();

  constructor(options: RemoteClustersOptions) {
    this.#options = options;
    const { api, clock, signal, namespace, log } = options;
    this.#secrets = api.informer<Secret>(resources.secrets, {
      clock,
      signal,
      namespace,
      labelSelector: selector,
      onChange: ({ key, after }) => this.#reconcile(key, after),
      onProblem: (message) => log('warn', `watch: remote ${message}`),
    });
  }

  get status(): RemoteStatus[] {
    return [...this.#clusters.values()].map(({ cluster }) => cluster.status);
  }

  /** Of those that were read. They have this cluster's trust domain: others are not trusted. */
  snapshots({ namespace, trustDomain }: { namespace: string; trustDomain: string }): Snapshot[] {
    return [...this.#clusters.values()].flatMap((known) => {
      const current = known.cluster.snapshot(namespace);
      if (current) retire(known);
      const snapshot = current ?? known.before?.snapshot(namespace);
      return snapshot ? [{ ...snapshot, trustDomain }] : [];
    });
  }

  /** Resolves when each was read or failed once, or time is over. */
  async settled(): Promise<void> {
    await this.#secrets.synced;
    const { clock, signal } = this.#options;
    const done = new AbortController();
    const all = Promise.all([...this.#clusters.values()].map(({ cluster }) => cluster.settled));
    const late = clock.sleep(settleMs, AbortSignal.any([signal, done.signal])).catch(() => {});
    await Promise.race([all, late]);
    done.abort();
  }

  [Symbol.dispose](): void {
    for (const known of this.#clusters.values()) close(known);
    this.#clusters.clear();
  }

  #reconcile(secret: string, after: Secret | undefined): void {
    const { clusterId } = this.#options;
    const wanted = new Map(Object.entries(after?.data ?? {}).map(([id, data]) => [`${secret}/${id}`, { id, data }]));
    for (const [key, known] of this.#clusters)
      if (key.startsWith(`${secret}/`) && !wanted.has(key)) this.#remove(key, known);
    for (const [key, { id, data }] of wanted) if (id !== clusterId) this.#ensure(key, { id, secret, data });
  }

  #remove(key: string, known: Known): void {
    const { log, onChange } = this.#options;
    const { id, secret } = known.cluster.options;
    close(known);
    this.#clusters.delete(key);
    log('info', `remote cluster ${id}: its secret ${secret} is gone`);
    onChange();
  }

  #ensure(key: string, { id, secret, data }: { id: string; secret: string; data: string }): void {
    const digest = createHash('sha256').update(data).digest('hex');
    const known = this.#clusters.get(key);
    if (known?.digest === digest) return;
    if (known) retire(known);
    const { connect, clock, log, onChange } = this.#options;
    log('info', `remote cluster ${id}: ${known ? 'new credentials' : 'added'} by secret ${secret}`);
    const kubeconfig = Buffer.from(data, 'base64').toString();
    const cluster = new RemoteCluster({ id, secret, kubeconfig, connect, clock, log, onChange });
    this.#clusters.set(key, { digest, cluster, before: known?.cluster });
  }
}

function retire(known: Known): void {
  known.before?.[Symbol.dispose]();
  known.before = undefined;
}

function close(known: Known): void {
  retire(known);
  known.cluster[Symbol.dispose]();
}

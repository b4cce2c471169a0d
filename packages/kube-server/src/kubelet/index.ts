import type { NetworkPlace, WorkloadSpec } from '@meshbed/core';
import { type ControllerContext, keyOf, type Source, source, splitKey } from '../controllers/controller.ts';
import { isFinished } from '../controllers/pods.ts';
import { WorkQueue } from '../controllers/queue.ts';
import type { Node, Pod } from '../objects/index.ts';
import type { KubeCluster } from '../server/options.ts';
import { apiAudience } from '../auth/index.ts';
import type { KubeletContext } from './context.ts';
import type { Lookup } from './environment.ts';
import { PodProblem } from './problem.ts';
import { PodWorker } from './pod-worker.ts';
import { workloadSpec } from './specification.ts';
import { phaseOf, podStatus } from './status.ts';

export type { ContainerRecord } from './containers.ts';
export type { ContainerLog, LogLine } from './logs.ts';
export { PodWorker } from './pod-worker.ts';

const kubelets = new WeakMap<KubeCluster, Kubelet>();

/** The kubelet that runs a cluster's pods; undefined before it is started. */
export const kubeletOf = (cluster: KubeCluster): Kubelet | undefined => kubelets.get(cluster);

/** The kubelets of all nodes of one cluster: runs the pods that are bound to a node, and reports on them. */
export class Kubelet implements AsyncDisposable {
  readonly #context: KubeletContext;
  readonly #workers = new Map<string, PodWorker>();
  readonly #queue: WorkQueue;
  readonly #sources = new DisposableStack();

  constructor(cluster: KubeCluster, context: ControllerContext) {
    this.#context = kubeletContext(cluster, context);
    const { clock, log, store } = context;
    this.#queue = new WorkQueue({ name: 'kubelet', clock, log, reconcile: (key) => this.#reconcile(key) });
    for (const connect of this.#connections()) this.#sources.use(connect(store, (key) => this.#queue.add(key)));
    kubelets.set(cluster, this);
  }

  /** The worker of a pod that runs or ran here. */
  worker(pod: Pod): PodWorker | undefined {
    const worker = this.#workers.get(keyOf(pod));
    return worker?.uid === pod.metadata.uid ? worker : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sources.dispose();
    this.#queue[Symbol.dispose]();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop(0)));
    this.#workers.clear();
  }

  /** Pods, and what a waiting pod may wait for. */
  #connections(): Source[] {
    return [
      source('pods', (pod) => [keyOf(pod)]),
      source('configmaps', ({ metadata }) => this.#retry(metadata.namespace)),
      source('secrets', ({ metadata }) => this.#retry(metadata.namespace)),
      source('serviceaccounts', ({ metadata }) => this.#retry(metadata.namespace)),
    ];
  }

  #retry(namespace: string | undefined): string[] {
    for (const [key, worker] of this.#workers) if (splitKey(key).namespace === namespace) worker.retryNow();
    return [];
  }

  #reconcile(key: string): number | undefined {
    const { store } = this.#context;
    const { namespace, name } = splitKey(key);
    const pod = store.get('pods', namespace, name);
    const worker = this.#workers.get(key);
    if (worker && worker.uid !== pod?.metadata.uid) return this.#discard(key, worker);
    if (!pod) return undefined;
    if (pod.metadata.deletionTimestamp !== undefined) return this.#terminate(pod, worker);
    if (pod.spec.nodeName === undefined || !store.get('nodes', undefined, pod.spec.nodeName)) return undefined;
    if (isFinished(pod) && !worker) return undefined;
    return this.#run(pod, worker ?? this.#start(key, pod));
  }

  #start(key: string, pod: Pod): PodWorker {
    const worker = new PodWorker(this.#context, pod, () => this.#queue.add(key));
    this.#workers.set(key, worker);
    return worker;
  }

  #run(pod: Pod, worker: PodWorker): number | undefined {
    if (worker.stopped) return undefined;
    const againMs = worker.sync(pod);
    this.#report(pod, worker);
    const phase = phaseOf(pod, worker.records);
    if (phase === 'Succeeded' || phase === 'Failed') this.#stop(worker, 0);
    return againMs;
  }

  /** The pod is gone, or another one has taken its name: ends what is left of it. */
  #discard(key: string, worker: PodWorker): undefined {
    if (!worker.stopped) return this.#stop(worker, 0);
    this.#workers.delete(key);
    this.#queue.add(key);
  }

  /** Gracefully; the pod goes when its containers are through. */
  #terminate(pod: Pod, worker: PodWorker | undefined): undefined {
    const { namespace, name, uid, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (worker && !worker.stopped) {
      this.#report(pod, worker);
      return this.#stop(worker, deletionGracePeriodSeconds * 1000);
    }
    if (worker) this.#report(pod, worker);
    this.#context.store.delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
  }

  #stop(worker: PodWorker, graceMs: number): undefined {
    worker.stop(graceMs).catch((error: unknown) => {
      this.#context.log.write('kube', 'pod does not stop', { uid: worker.uid, error: String(error) });
    });
  }

  #report(pod: Pod, worker: PodWorker): void {
    this.#context.store.updateStatus({ ...pod, status: podStatus(pod, worker.snapshot(), this.#context.clock.now()) });
  }
}

function kubeletContext(cluster: KubeCluster, context: ControllerContext): KubeletContext {
  const { options } = cluster;
  return {
    ...context,
    runtime: options.runtime,
    podNetwork: options.podNetwork,
    imagePullProblem: (image, nodeName) => options.imagePullProblem?.(image, nodeName),
    imagePullMs: (images, nodeName) => options.imagePullMs?.(images, nodeName) ?? 0,
    hostIp: (pod) => addressOf(nodeOf(cluster, pod)),
    specification: (pod, network) => specification(cluster, pod, network),
  };
}

const nodeOf = ({ store }: KubeCluster, { spec }: Pod) => store.get('nodes', undefined, spec.nodeName ?? '');

const addressOf = (node: Node | undefined) =>
  node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';

function specification(cluster: KubeCluster, pod: Pod, network: NetworkPlace): WorkloadSpec {
  const { store, clock, caPem } = cluster;
  const { namespace = '' } = pod.metadata;
  const accountName = pod.spec.serviceAccountName ?? 'default';
  const account = store.get('serviceaccounts', namespace, accountName);
  return workloadSpec(pod, {
    clusterName: cluster.name,
    network,
    caPem,
    clock,
    apiAddress: store.get('services', 'default', 'kubernetes')?.spec.clusterIP ?? '10.100.0.1',
    mountsToken: pod.spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true,
    lookup: lookupFor(cluster, pod, network),
    issueToken: (audiences, ttlMs) => issueToken(cluster, pod, { audiences, ttlMs }),
  });
}

/** Reads the pod anew each time: its labels and annotations may change under a downward API volume. */
function lookupFor(cluster: KubeCluster, pod: Pod, network: NetworkPlace): Lookup {
  const { store } = cluster;
  const { namespace, name } = pod.metadata;
  const node = nodeOf(cluster, pod);
  return {
    get pod() {
      return store.get('pods', namespace, name) ?? pod;
    },
    podIp: network.ip,
    hostIp: addressOf(node),
    node,
    configMap: (other) => store.get('configmaps', namespace, other),
    secret: (other) => store.get('secrets', namespace, other),
  };
}

function issueToken(
  cluster: KubeCluster,
  pod: Pod,
  { audiences, ttlMs }: { audiences: readonly string[]; ttlMs: number },
): string {
  const { namespace = '', name, uid } = pod.metadata;
  const serviceAccount = pod.spec.serviceAccountName ?? 'default';
  const account = cluster.store.get('serviceaccounts', namespace, serviceAccount);
  if (!account) throw new PodProblem('mount', `failed to fetch token: serviceaccounts "${serviceAccount}" not found`);
  return cluster.issueToken({
    namespace,
    serviceAccount,
    serviceAccountUid: account.metadata.uid,
    audiences: audiences.length > 0 ? audiences : [apiAudience],
    ttlMs,
    pod: { name, uid },
  });
}

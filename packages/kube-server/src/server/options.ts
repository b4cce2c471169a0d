import type { Clock, EventLog, Ids, NetworkPlace, WorkloadRuntime } from '@meshbed/core';
import type { Pod, Service } from '../objects/index.ts';
import type { ServiceAccountIdentity, TokenRequest, User } from '../auth/index.ts';
import type { Store } from '../store/index.ts';
import type { Socket } from 'node:net';

export interface KubeServerOptions {
  clock: Clock;
  ids: Ids;
  log: EventLog;
  /** PEM; valid for 127.0.0.1, localhost and kubernetes.default.svc. */
  tls: { key: string; cert: string };
  /** Root that clients trust the server by; also what pods find in `kube-root-ca.crt`. */
  caPem: string;
  /** Of 127.0.0.1; 0 or absent takes a free one. */
  port?: number;
  /** How long requests are on their way; default 0. */
  latencyMs?: number;
}

export interface ClusterOptions {
  name: string;
  /** `1.32`; the default. */
  version?: string;
  /** Of service addresses: the first two numbers of a /16, by default `10.100`. */
  serviceNetwork?: string;
  runtime: WorkloadRuntime;
  podNetwork: PodNetworkProvider;
  loadBalancers: LoadBalancerProvider;
  /** Bearer tokens that are neither the admin's nor a service account's, for example those of EKS. */
  authenticate(token: string): Promise<User | undefined>;
  /** Mutating admission of pods; gives the changed copy. */
  admitPod?(pod: Pod, cluster: KubeCluster): Pod;
  /** Why a node can't pull an image; undefined when it can. */
  imagePullProblem?(image: string, nodeName: string): string | undefined;
  /** How long it takes until a node has the images of a pod; default 0. */
  imagePullMs?(images: readonly string[], nodeName: string): number;
}

export interface PodNetworkProvider {
  attach(pod: { namespace: string; name: string; uid: string }, nodeName: string): NetworkPlace;
  detach(podUid: string): void;
  node(nodeName: string): NetworkPlace;
}

export interface LoadBalancerProvider {
  /** `endpoints` gives the targets now; `port` is the service's port that they stand behind. */
  ensure(
    service: Service,
    endpoints: () => readonly LoadBalancerTarget[],
  ): Promise<LoadBalancerAddress | { pending: string }>;
  remove(service: Service): Promise<void>;
}

/** AWS's have a name, Azure's an address. */
export type LoadBalancerAddress = { hostname: string } | { ip: string };

export interface LoadBalancerTarget {
  ip: string;
  /** Where the pod listens. */
  port: number;
  servicePort: number;
}

export interface NodeOptions {
  name: string;
  ip: string;
  labels: Readonly<Record<string, string>>;
  zone: string;
  instanceType: string;
  providerId: string;
}

/** One cluster's API server with what runs on it. */
export interface KubeCluster {
  readonly name: string;
  /** `https://127.0.0.1:port/clusters/NAME` */
  readonly server: string;
  readonly adminToken: string;
  /** `v1.32.x` */
  readonly gitVersion: string;
  readonly store: Store;
  readonly options: ClusterOptions;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: EventLog;
  readonly caPem: string;
  /** Takes a TLS connection from inside the VPC: same server, this cluster, no path prefix. */
  accept(socket: Socket): void;
  addNode(node: NodeOptions): void;
  removeNode(name: string): void;
  issueToken(request: TokenRequest): string;
  verifyToken(token: string, audience?: string): ServiceAccountIdentity | undefined;
}

export interface KubeServer extends AsyncDisposable {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  addCluster(options: ClusterOptions): Promise<KubeCluster>;
  removeCluster(name: string): Promise<void>;
}

/** Starts what reconciles a cluster's objects (controllers, scheduler, kubelets); disposing stops it and its workloads. */
export type CreateControllers = (cluster: KubeCluster) => AsyncDisposable;

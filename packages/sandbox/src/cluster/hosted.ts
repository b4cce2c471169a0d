import { type AwsServer, type HostedCluster, type HostedNode, serviceOf } from '@meshbed/aws-server';
import { messageOf } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import type { KubeCluster, KubeServer, NewObject, User } from '@meshbed/kube-server';
import { clusterImages } from '../catalogue.ts';
import type { Runtime } from '../runtime/index.ts';
import { groupsOf } from './access.ts';
import { addonObjects } from './addons.ts';
import { callerOf } from './eks-token.ts';
import { type CallAws, CloudController } from './load-balancers.ts';
import type { InstanceMetadata } from './metadata.ts';
import { Nodes } from './nodes.ts';
import { withPodIdentity } from './pod-identity.ts';
import { ServiceTable } from './service-table.ts';

export interface HostedOptions {
  fabric: Fabric;
  kube: KubeServer;
  aws: AwsServer;
  runtime: Runtime;
  metadata: InstanceMetadata;
  /** Whether a service account has a Pod Identity association now. */
  hasPodIdentity(cluster: string, namespace: string, serviceAccount: string): boolean;
}

/** One EKS cluster as it runs in the sandbox: its API inside the VPC, its nodes, its add-ons. */
export class HostedKubernetes implements AsyncDisposable {
  readonly cluster: KubeCluster;
  readonly services: ServiceTable;
  readonly #created: HostedCluster;
  readonly #nodes: Nodes;
  readonly #listeners: AsyncDisposable[];
  readonly #kube: KubeServer;

  private constructor(parts: {
    created: HostedCluster;
    cluster: KubeCluster;
    services: ServiceTable;
    nodes: Nodes;
    listeners: AsyncDisposable[];
    kube: KubeServer;
  }) {
    this.cluster = parts.cluster;
    this.services = parts.services;
    this.#created = parts.created;
    this.#nodes = parts.nodes;
    this.#listeners = parts.listeners;
    this.#kube = parts.kube;
  }

  static async start(created: HostedCluster, options: HostedOptions): Promise<HostedKubernetes> {
    const { fabric, kube, aws, runtime } = options;
    const roles = new Map<string, string>();
    const services: { table?: ServiceTable } = {};
    const table = () => {
      if (!services.table) throw new Error(`cluster ${created.name} is not ready`);
      return services.table;
    };
    const images = clusterImages(table);
    const nodes = new Nodes(
      fabric,
      table,
      options.metadata(created, (node) => roles.get(node)),
    );
    const cluster = await kube.addCluster({
      name: created.name,
      version: created.version,
      runtime: runtime.for((spec) => nodes.placementOf(spec), images),
      podNetwork: {
        attach: (pod, node) => nodes.attach(pod, node),
        detach: (uid) => nodes.detach(uid),
        node: (name) => nodes.place(name),
      },
      loadBalancers: new CloudController({
        call: callAs(aws, created),
        cluster: created.name,
        vpcId: created.vpcId,
        clusterSecurityGroupId: groupOf(fabric, created),
      }),
      authenticate: (token) => authenticate(token, created, aws),
      admitPod: (pod) =>
        options.hasPodIdentity(created.name, pod.metadata.namespace ?? '', pod.spec.serviceAccountName ?? 'default')
          ? withPodIdentity(pod, created.region)
          : pod,
      imagePullProblem: (image, node) => {
        const pulled = runtime.pull(image, nodes.place(node), images);
        return 'problem' in pulled ? pulled.problem : undefined;
      },
    });
    services.table = new ServiceTable(cluster.store);
    const listeners = await Promise.all(
      created.controlPlane.map((at) => fabric.listen({ ...at, port: 443 }, (socket) => cluster.accept(socket))),
    );
    const hosted = new HostedKubernetes({ created, cluster, services: services.table, nodes, listeners, kube });
    hosted.#roles = roles;
    hosted.#publishApiServer();
    return hosted;
  }

  #roles = new Map<string, string>();

  /** The `kubernetes` service's endpoints: the control plane's interfaces. */
  #publishApiServer(): void {
    const addresses = this.#created.controlPlane.map(({ ip }) => ip);
    const metadata = {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    };
    this.cluster.store.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints: addresses.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
    } as NewObject);
  }

  addNode(node: HostedNode): void {
    this.#nodes.add(node.name, { eniId: node.eniId, ip: node.ip });
    this.#roles.set(node.name, node.nodeRoleArn);
    this.cluster.addNode({
      name: node.name,
      ip: node.ip,
      zone: node.zone,
      instanceType: node.instanceType,
      providerId: `aws:///${node.zone}/${node.instanceId}`,
      labels: { 'eks.amazonaws.com/nodegroup': node.nodeGroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' },
    });
  }

  async removeNode(name: string): Promise<void> {
    this.cluster.removeNode(name);
    await this.#nodes.remove(name);
  }

  /** Installs or removes an add-on's objects; it is healthy when all of its pods are ready. */
  addonChanged(addon: string, present: boolean): { healthy: () => boolean } {
    const objects = addonObjects[addon]?.(this.#created.name) ?? [];
    for (const object of objects) if (present) this.#install(object);
    if (!present) for (const object of objects) this.#uninstall(object);
    return { healthy: () => objects.every((object) => this.#isReady(object)) };
  }

  #install(object: NewObject): void {
    try {
      this.cluster.store.create(object);
    } catch (error) {
      if (!/already exists/.test(messageOf(error))) throw error;
    }
  }

  #uninstall({ kind, metadata }: NewObject): void {
    const resource = resourceOf[kind];
    if (resource && metadata.name) this.cluster.store.delete(resource, metadata.namespace, metadata.name);
  }

  #isReady({ kind, metadata }: NewObject): boolean {
    const resource = resourceOf[kind];
    const found = resource && this.cluster.store.get(resource, metadata.namespace, metadata.name ?? '');
    if (!found) return false;
    const status = (found['status'] ?? {}) as Record<string, number | undefined>;
    if (kind === 'DaemonSet') return status['numberReady'] === status['desiredNumberScheduled'];
    if (kind === 'Deployment') return (status['readyReplicas'] ?? 0) >= 1;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kube.removeCluster(this.cluster.name);
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    await this.#nodes[Symbol.asyncDispose]();
  }
}

const resourceOf: Record<string, string> = {
  ServiceAccount: 'serviceaccounts',
  Service: 'services',
  DaemonSet: 'daemonsets.apps',
  Deployment: 'deployments.apps',
};

const groupOf = (fabric: Fabric, { controlPlane }: HostedCluster) =>
  fabric.interfaces.get(controlPlane[0]?.eniId ?? '')?.groupIds[0] ?? '';

/** The cloud controller acts for EKS itself, in the cluster's account. */
function callAs(aws: AwsServer, { account, region }: HostedCluster): CallAws {
  return (service, operation, input) =>
    aws.invoke(serviceOf(account, 'eks.amazonaws.com'), service, operation, input, region);
}

/** Principals get into the cluster through their access entry; one with an access policy is an administrator. */
async function authenticate(
  token: string,
  { name, account, region }: HostedCluster,
  aws: AwsServer,
): Promise<User | undefined> {
  const arn = await callerOf(token, name, aws.url);
  if (arn === undefined) return undefined;
  const groups = await groupsOf(aws, { name, account, region }, principalOf(arn));
  return groups && { username: arn, groups: [...groups, 'system:authenticated'] };
}

/** `arn:aws:sts::A:assumed-role/R/S` is the session of role R. */
const principalOf = (arn: string) =>
  arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');

import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { MeshbedError } from '@meshbed/core';
import { names } from '../configuration/index.ts';
import type { RunContext } from '../run/context.ts';
import { identityAt } from '../scenario/identity.ts';
import { placeName } from '../scenario/place.ts';
import type { KubernetesName, Place } from '../scenario/types.ts';
import { curlScript, outcomeOf } from './outcome.ts';
import type { Caller, Destination } from './workload.ts';

/** What calls and what answers in each cluster. */
const workloads: Readonly<Record<KubernetesName, { shell: string; echo: string }>> = {
  eks: { shell: names.eksShell, echo: names.eksEcho },
  aks: { shell: names.aksShell, echo: names.aksEcho },
};

/** @throws MeshbedError `cloud/caller-missing` */
export async function podCaller(run: RunContext, cluster: KubernetesName): Promise<Caller> {
  const kube = await run.kube(cluster);
  const namespace = names.namespaces[cluster];
  const { shell } = workloads[cluster];
  const [pod] = await runningPods(kube, { namespace, app: shell });
  if (!pod) {
    throw new MeshbedError('cloud/caller-missing', `the calling pod of ${shell} is not running`, {
      next: `kubectl get pods -n ${namespace} -l app=${shell}`,
    });
  }
  return {
    name: `${placeName(cluster)} pod ${namespace}/${pod.metadata.name}`,
    identity: identityAt(run.scenario, cluster, run.configuration.clusterName),
    path: `${cluster}/${namespace}/${shell}`,
    async request(url, maxSeconds) {
      const command = ['sh', '-c', curlScript(url, { maxSeconds })];
      const place = { namespace, pod: pod.metadata.name, container: shell };
      const { exitCode, stdout } = await kube.exec({ ...place, command, signal: run.signal });
      return outcomeOf(exitCode, stdout);
    },
  };
}

/** Pods of its namespace call it by its short name; everybody else by the whole one. */
export async function podDestination(run: RunContext, cluster: KubernetesName, from: Place): Promise<Destination> {
  const kube = await run.kube(cluster);
  const namespace = names.namespaces[cluster];
  const { echo } = workloads[cluster];
  const reference = { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name: echo } };
  return {
    host: from === cluster ? echo : `${echo}.${namespace}.svc.cluster.local`,
    port: 8080,
    identity: identityAt(run.scenario, cluster, run.configuration.clusterName),
    address: async () => ((await kube.get(reference))?.['spec'] as { clusterIP?: string } | undefined)?.clusterIP,
    async watch() {
      const pods = await runningPods(kube, { namespace, app: echo });
      const nodes = [...new Set(pods.map(nodeOf))];
      const lines = async () => (await Promise.all(nodes.map((node) => nodeZtunnelLines(kube, node)))).flat();
      return {
        workloads: pods.map((pod) => {
          const { name } = pod.metadata;
          return { name: `pod ${namespace}/${name}`, hostnames: [name], ip: statusOf(pod).podIP ?? '' };
        }),
        added: await addedLines(lines),
      };
    },
  };
}

/** Kubernetes can't be asked for what came after a line, and the clocks of two machines can't be compared. */
export async function addedLines(lines: () => Promise<string[]>): Promise<() => Promise<string[]>> {
  const before = new Set(await lines());
  return async () => (await lines()).filter((line) => !before.has(line));
}

interface PodStatus {
  phase?: string;
  podIP?: string;
}

const statusOf = (pod: Manifest) => (pod['status'] ?? {}) as PodStatus;
const nodeOf = (pod: Manifest) => (pod['spec'] as { nodeName?: string }).nodeName ?? '';

async function runningPods(
  kube: KubeClient,
  { namespace, app }: { namespace: string; app: string },
): Promise<Manifest[]> {
  const pods = await kube.list('v1', 'Pod', { namespace, labels: `app=${app}` });
  return pods.filter((pod) => statusOf(pod).phase === 'Running' && pod.metadata.deletionTimestamp === undefined);
}

/** What the ztunnels of one node, or of all, wrote last. */
export async function nodeZtunnelLines(kube: KubeClient, node?: string): Promise<string[]> {
  const all = await nodeZtunnels(kube);
  const wanted = node === undefined ? all : all.filter((each) => each.node === node);
  return (await Promise.all(wanted.map((each) => each.lines()))).flat();
}

export interface NodeZtunnel {
  pod: string;
  node: string;
  /** What it wrote last. */
  lines: () => Promise<string[]>;
}

export async function nodeZtunnels(kube: KubeClient): Promise<NodeZtunnel[]> {
  const namespace = 'istio-system';
  const pods = await kube.list('v1', 'Pod', { namespace, labels: 'app=ztunnel' });
  return pods.map((pod) => ({
    pod: pod.metadata.name,
    node: nodeOf(pod),
    lines: async () => (await kube.logs({ namespace, pod: pod.metadata.name, lines: 2000 })).split('\n'),
  }));
}

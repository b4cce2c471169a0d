import { readFile } from 'node:fs/promises';
import { MeshbedError } from '@meshbed/core';
import { type KubeApi, resources } from '@meshbed/kube-client';
import { type CommandInput, text, texts } from '../context.ts';
import { type Pod, podNamed, runningPods } from '../pods.ts';

/** What the tables read of ztunnel's `/config_dump`. */
export interface Dump {
  workloads: Workload[];
  services: Service[];
  policies: Policy[];
  certificates: Certificate[];
  /** Of a ztunnel that serves a node, by uid. */
  workloadState?: Record<
    string,
    { info: { name: string; namespace: string }; connections?: { inbound?: Connection[]; outbound?: Connection[] } }
  >;
}

export interface Connection {
  src: string;
  originalDst?: string | null;
  actualDst: string;
  protocol: string;
}

export interface Workload {
  workloadIps: string[];
  hostname?: string;
  uid: string;
  name: string;
  namespace: string;
  node?: string;
  protocol: string;
  status: string;
  waypoint?: { destination: string };
}

export interface Service {
  name: string;
  namespace: string;
  hostname: string;
  vips: string[];
  endpoints?: Record<string, { workloadUid: string }>;
  waypoint?: { destination: string };
}

export interface Policy {
  name: string;
  namespace: string;
  scope: string;
  action: string;
}

export interface Certificate {
  identity: string;
  state: string;
  certChain: Certified[];
  rootCerts?: Certified[];
}

interface Certified {
  serialNumber: string;
  validFrom: string;
  expirationTime: string;
}

const adminPort = 15_000;
const namespace = 'istio-system';

/** The dump of one ztunnel, and whose workload was named, if it was not ztunnel's own. */
export interface Source {
  dump: Dump;
  workload?: { name: string; namespace: string };
}

interface Wanted {
  /** Whether the command makes sense for one ztunnel only. */
  single?: boolean;
}

/** The configuration of one ztunnel: of a file, a named pod, the one on a node, or any. */
export async function readDump(input: CommandInput, { single = false }: Wanted = {}): Promise<Source> {
  const { flags, words, context, kube } = input;
  const file = text(flags['file']) ?? texts(flags['filename']).at(-1);
  if ([file, text(flags['node']), words[0]].filter(Boolean).length > 1)
    throw new MeshbedError('user/argument', 'at most one of --file, --node, or pod name must be passed');
  if (file !== undefined) return { dump: await readFileOf(file, context) };
  const api = await kube();
  const { pod, workload } =
    words[0] === undefined ? { pod: await onNode(api, text(flags['node']), single) } : await named(api, words[0]);
  const dump = JSON.parse(await api.getInside({ namespace, pod }, adminPort, '/config_dump')) as Dump;
  return { dump, ...(workload ? { workload } : {}) };
}

async function readFileOf(file: string, context: CommandInput['context']): Promise<Dump> {
  const dump = file === '-' ? await (context.readInput?.() ?? '') : await readFile(file, 'utf8');
  try {
    return JSON.parse(dump) as Dump;
  } catch (cause) {
    throw new MeshbedError('user/argument', `${file === '-' ? 'standard input' : file} is no dump of a ztunnel`, {
      cause,
      next: 'kubectl -n istio-system port-forward POD 15000, and curl localhost:15000/config_dump',
    });
  }
}

/** A pod that is no ztunnel stands for the one on its node. */
async function named(kube: KubeApi, name: string): Promise<{ pod: string; workload?: Source['workload'] }> {
  if (/^(ds|daemonsets?)\//.test(name)) return { pod: await onNode(kube, undefined, false) };
  const place = podNamed(name, namespace);
  const found = await kube.get<Pod>(resources.pods, place.pod, place.namespace);
  if (!found)
    throw new MeshbedError('user/pod', `pods "${place.pod}" not found in namespace ${place.namespace}`, {
      next: `kubectl -n ${place.namespace} get pods`,
    });
  const app = found.metadata.labels?.['app'];
  if (app === 'ztunnel' || (app === undefined && place.pod.startsWith('ztunnel'))) return { pod: place.pod };
  const workload = { name: place.pod, namespace: place.namespace };
  return { pod: await onNode(kube, found.spec.nodeName, false), workload };
}

async function onNode(kube: KubeApi, node: string | undefined, single: boolean): Promise<string> {
  const pods = await runningPods(kube, 'app=ztunnel', namespace);
  const found = pods.filter(({ spec }) => node === undefined || spec.nodeName === node);
  if (single && found.length > 1)
    throw new MeshbedError('user/argument', 'ztunnel pod name or --node must be set', {
      likely: `there are ${found.length} of them, each with its own`,
      next: `kubectl -n ${namespace} get pods -l app=ztunnel -o wide`,
    });
  const [pod] = found;
  if (pod) return pod.metadata.name;
  const where = node === undefined ? '' : ` on node ${node}`;
  throw new MeshbedError('cloud/no-ztunnel', `no running ztunnel pod${where} in ${namespace}`, {
    next: `kubectl -n ${namespace} get pods -l app=ztunnel -o wide`,
  });
}

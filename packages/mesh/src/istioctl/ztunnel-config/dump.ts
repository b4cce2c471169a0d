import { readFile } from 'node:fs/promises';
import { MeshbedError } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { type CommandInput, text, texts } from '../context.ts';

/** What the tables read of ztunnel's `/config_dump`. */
export interface Dump {
  workloads: Workload[];
  services: Service[];
  policies: Policy[];
  certificates: Certificate[];
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

interface Pod extends KubeObject {
  spec: { nodeName?: string };
  status?: { phase?: string };
}

/** The configuration of one ztunnel: of a file, a named pod, the one on a node, or any. */
export async function readDump({ flags, words, context, kube }: CommandInput): Promise<Dump> {
  const file = text(flags['file']) ?? texts(flags['filename']).at(-1);
  if (file !== undefined)
    return JSON.parse(file === '-' ? await (context.readInput?.() ?? '') : await readFile(file, 'utf8')) as Dump;
  const api = await kube();
  const pod = await choose(api, { name: words[0], node: text(flags['node']) });
  return JSON.parse(await api.getInside(pod, adminPort, '/config_dump')) as Dump;
}

async function choose(kube: KubeApi, { name, node }: { name: string | undefined; node: string | undefined }) {
  if (name !== undefined) {
    const [pod = '', podNamespace = namespace] = name.replace(/^pod\//, '').split('.');
    return { namespace: podNamespace, pod };
  }
  const { items } = await kube.list<Pod>(resources.pods, { namespace, labelSelector: 'app=ztunnel' });
  const found = items.find(
    ({ status, spec }) => status?.phase === 'Running' && (node === undefined || spec.nodeName === node),
  );
  if (found) return { namespace, pod: found.metadata.name };
  throw new MeshbedError(
    'cloud/no-ztunnel',
    `no running ztunnel pod${node === undefined ? '' : ` on node ${node}`} in ${namespace}`,
    {
      next: `kubectl -n ${namespace} get pods -l app=ztunnel -o wide`,
    },
  );
}

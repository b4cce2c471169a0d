import { X509Certificate } from 'node:crypto';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { inEveryCluster } from '../../run/clusters.ts';
import { folderOf } from '../folder.ts';
import type { Keep, Part } from '../types.ts';

const adminPort = 15_000;
const debugPort = 15_014;
const lines = 2000;

/** The programs of the mesh in a cluster. */
const programs: readonly { namespace: string; labels: string; ask?: (place: Asked, keep: Keep) => Promise<unknown> }[] =
  [
    { namespace: 'istio-system', labels: 'app=ztunnel', ask: ztunnel },
    { namespace: 'istio-system', labels: 'app=istiod', ask: istiod },
    { namespace: 'istio-system', labels: 'k8s-app=istio-cni-node' },
    { namespace: 'istio-eastwest', labels: 'gateway.networking.k8s.io/gateway-name' },
  ];

interface Asked {
  kube: KubeClient;
  /** Of the archive. */
  folder: string;
  namespace: string;
  pod: string;
}

export const proxies: Part = {
  folder: 'proxies',
  about: 'what each ztunnel knows, its certificates (without keys), and the logs of ztunnel, istiod and gateways',
  collect: (scene, keep) =>
    inEveryCluster(scene, ({ name, kube }) =>
      Promise.all(
        programs.map(async ({ namespace, labels, ask }) => {
          const pods = await kube.list('v1', 'Pod', { namespace, labels });
          const folder = folderOf('proxies', name);
          const each = pods.map((pod) =>
            onePod({ kube, folder, namespace, pod: pod.metadata.name }, { pod, ask, keep }),
          );
          await Promise.all(each);
        }),
      ),
    ),
};

interface Looked {
  pod: Manifest;
  ask: ((place: Asked, keep: Keep) => Promise<unknown>) | undefined;
  keep: Keep;
}

async function onePod(place: Asked, { pod, ask, keep }: Looked): Promise<void> {
  const { containers = [] } = (pod['spec'] ?? {}) as { containers?: { name: string }[] };
  const logs = containers.map(({ name: container }) =>
    keep(`${place.folder}/${place.pod}/${container}.log`, () =>
      place.kube.logs({ namespace: place.namespace, pod: place.pod, container, lines }),
    ),
  );
  await Promise.all([...logs, ask?.(place, keep)]);
}

interface Dump {
  certificates?: { identity?: string; state?: string; certChain?: Pem[]; rootCerts?: Pem[] }[];
}

interface Pem {
  pem?: string;
}

async function ztunnel({ kube, folder, namespace, pod }: Asked, keep: Keep): Promise<void> {
  const dump = kube.getInside({ namespace, pod }, adminPort, '/config_dump').then((text) => JSON.parse(text) as Dump);
  dump.catch(() => undefined);
  await Promise.all([
    keep(`${folder}/${pod}/config_dump.json`, async () => ({ ...(await dump), certificates: undefined })),
    keep(`${folder}/${pod}/certificates.json`, async () => (await dump).certificates?.map(metadataOf)),
  ]);
}

function istiod({ kube, folder, namespace, pod }: Asked, keep: Keep): Promise<unknown> {
  return keep(
    `${folder}/${pod}/syncz.json`,
    async () => JSON.parse(await kube.getInside({ namespace, pod }, debugPort, '/debug/syncz')) as unknown,
  );
}

const metadataOf = ({
  identity,
  state,
  certChain = [],
  rootCerts = [],
}: NonNullable<Dump['certificates']>[number]) => ({
  identity,
  state,
  chain: certChain.map(described),
  roots: rootCerts.map(described),
});

/** ztunnel's PEM is base64 once more. */
function described({ pem = '' }: Pem): unknown {
  const text = pem.startsWith('-----') ? pem : Buffer.from(pem, 'base64').toString();
  const { subject, issuer, subjectAltName, serialNumber, validFrom, validTo, fingerprint256 } = new X509Certificate(
    text,
  );
  return { subject, issuer, subjectAltName, serialNumber, validFrom, validTo, fingerprint256 };
}

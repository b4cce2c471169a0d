import { X509Certificate } from 'node:crypto';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import type { Keep, Part } from '../types.ts';

const adminPort = 15_000;
const debugPort = 15_014;
const lines = 2000;

/** The programs of the mesh in the cluster. */
const programs: readonly { namespace: string; labels: string; ask?: (place: Asked, keep: Keep) => Promise<unknown> }[] =
  [
    { namespace: 'istio-system', labels: 'app=ztunnel', ask: ztunnel },
    { namespace: 'istio-system', labels: 'app=istiod', ask: istiod },
    { namespace: 'istio-system', labels: 'k8s-app=istio-cni-node' },
    { namespace: 'istio-eastwest', labels: 'gateway.networking.k8s.io/gateway-name' },
  ];

interface Asked {
  kube: KubeClient;
  namespace: string;
  pod: string;
}

export const proxies: Part = {
  folder: 'proxies',
  about: 'what each ztunnel knows, its certificates (without keys), and the logs of ztunnel, istiod and gateways',
  async collect(scene, keep) {
    const client = await scene.kube();
    await Promise.all(
      programs.map(async ({ namespace, labels, ask }) => {
        const pods = await client.list('v1', 'Pod', { namespace, labels });
        await Promise.all(
          pods.map((pod) => onePod({ kube: client, namespace, pod: pod.metadata.name }, { pod, ask, keep })),
        );
      }),
    );
  },
};

interface Looked {
  pod: Manifest;
  ask: ((place: Asked, keep: Keep) => Promise<unknown>) | undefined;
  keep: Keep;
}

async function onePod(place: Asked, { pod, ask, keep }: Looked): Promise<void> {
  const { containers = [] } = (pod['spec'] ?? {}) as { containers?: { name: string }[] };
  const logs = containers.map(({ name: container }) =>
    keep(`proxies/${place.pod}/${container}.log`, () =>
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

async function ztunnel({ kube, namespace, pod }: Asked, keep: Keep): Promise<void> {
  const dump = kube.getInside({ namespace, pod }, adminPort, '/config_dump').then((text) => JSON.parse(text) as Dump);
  dump.catch(() => undefined);
  await Promise.all([
    keep(`proxies/${pod}/config_dump.json`, async () => ({ ...(await dump), certificates: undefined })),
    keep(`proxies/${pod}/certificates.json`, async () => (await dump).certificates?.map(metadataOf)),
  ]);
}

function istiod({ kube, namespace, pod }: Asked, keep: Keep): Promise<unknown> {
  return keep(
    `proxies/${pod}/syncz.json`,
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

import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { type CommandInput, text } from './context.ts';
import { rendered } from './output.ts';

/** The release whose arguments and output this stand-in follows. */
export const clientVersion = '1.28.1-solo';
export const defaultHub = 'us-docker.pkg.dev/soloio-img/istio';

interface Pod extends KubeObject {
  spec: { containers: { image: string }[] };
  status?: { phase?: string };
}

interface Versions {
  clientVersion: { version: string };
  meshVersion?: { Component: string; Info: { version: string } }[];
  dataPlaneVersion?: { ID: string; IstioVersion: string }[];
}

/** `istioctl version`: the client's version, and those of istiod and the proxies if the cluster has them. */
export async function version({ flags, context, kube }: CommandInput): Promise<void> {
  const clientOnly = flags['remote'] === 'false';
  const found: Versions = {
    clientVersion: { version: clientVersion },
    ...(clientOnly ? {} : await meshVersions(await kube())),
  };
  const { meshVersion, dataPlaneVersion = [] } = found;
  if (!clientOnly && meshVersion === undefined) context.writeError('Istio is not present in the cluster\n');
  const formatted = rendered(found, text(flags['output']));
  if (formatted !== undefined) return context.write(formatted);
  context.write(`client version: ${clientVersion}\n`);
  if (!meshVersion) return;
  context.write(`control plane version: ${[...new Set(meshVersion.map(({ Info }) => Info.version))].join(', ')}\n`);
  context.write(`data plane version: ${dataPlaneVersion.length === 0 ? 'none' : dataPlane(dataPlaneVersion)}\n`);
}

async function meshVersions(kube: KubeApi): Promise<Omit<Versions, 'clientVersion'>> {
  const istiods = await running(kube, 'app=istiod');
  if (istiods.length === 0) return {};
  const meshVersion = istiods.map(async (pod) => ({
    Component: 'pilot',
    Info: { version: await versionOf(kube, pod) },
  }));
  const proxies = await running(kube, 'app=ztunnel');
  const dataPlaneVersion = proxies.map(({ metadata, spec }) => ({
    ID: `${metadata.name}.${metadata.namespace}`,
    IstioVersion: spec.containers[0]?.image.split(':').at(-1) ?? 'unknown',
  }));
  return { meshVersion: await Promise.all(meshVersion), dataPlaneVersion };
}

async function running(kube: KubeApi, labelSelector: string): Promise<Pod[]> {
  const { items } = await kube.list<Pod>(resources.pods, { labelSelector });
  return items.filter(({ status }) => status?.phase === 'Running');
}

async function versionOf(kube: KubeApi, { metadata }: Pod): Promise<string> {
  const place = { namespace: metadata.namespace ?? '', pod: metadata.name };
  const answer = await kube.getInside(place, 15_014, '/version');
  return /"(?:version|Version)":\s*"([^"]+)"/.exec(answer)?.[1] ?? answer.trim();
}

function dataPlane(proxies: readonly { IstioVersion: string }[]): string {
  const counts = new Map<string, number>();
  for (const { IstioVersion } of proxies) counts.set(IstioVersion, (counts.get(IstioVersion) ?? 0) + 1);
  return [...counts].map(([tag, count]) => `${tag} (${count} ${count === 1 ? 'proxy' : 'proxies'})`).join(', ');
}

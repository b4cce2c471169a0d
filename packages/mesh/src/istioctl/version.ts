import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import type { CommandInput } from './context.ts';

/** The release whose arguments and output this stand-in follows. */
export const clientVersion = '1.28.1-solo';
export const defaultHub = 'us-docker.pkg.dev/soloio-img/istio';

interface Pod extends KubeObject {
  spec: { containers: { image: string }[] };
  status?: { phase?: string };
}

/** `istioctl version`: the client's version, and those of istiod and the proxies if the cluster has them. */
export async function version({ flags, context, kube }: CommandInput): Promise<void> {
  context.write(`client version: ${clientVersion}\n`);
  if (flags['remote'] === 'false') return;
  const api = await kube();
  const istiods = await running(api, 'app=istiod');
  if (istiods.length === 0) return context.writeError('Istio is not present in the cluster\n');
  const versions = await Promise.all(istiods.map((pod) => versionOf(api, pod)));
  context.write(`control plane version: ${[...new Set(versions)].join(', ')}\n`);
  const proxies = await running(api, 'app=ztunnel');
  context.write(`data plane version: ${proxies.length === 0 ? 'none' : dataPlane(proxies)}\n`);
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

function dataPlane(proxies: readonly Pod[]): string {
  const counts = new Map<string, number>();
  for (const { spec } of proxies) {
    const tag = spec.containers[0]?.image.split(':').at(-1) ?? 'unknown';
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].map(([tag, count]) => `${tag} (${count} ${count === 1 ? 'proxy' : 'proxies'})`).join(', ');
}

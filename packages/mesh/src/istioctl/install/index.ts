import { readFile } from 'node:fs/promises';
import type { KubeApi } from '@meshbed/kube-client';
import { resources } from '@meshbed/kube-client';
import { parseDuration } from '../../duration.ts';
import { type CommandInput, text, texts } from '../context.ts';
import { applyGatewayClasses } from '../gateway-classes.ts';
import { customResourceDefinitions } from '../manifests/crds/index.ts';
import { ambientManifests } from '../manifests/ambient.ts';
import { istiodManifests } from '../manifests/istiod.ts';
import type { Manifest } from '../manifests/object.ts';
import { rolledOut } from '../rollout.ts';
import { clientVersion, defaultHub } from '../version.ts';
import { readOperator } from './operator.ts';

const usualTimeout = '5m';

/** `istioctl install -f FILE|-`: applies the manifests of an ambient mesh and waits until each component is ready. */
export async function install({ flags, context, kube }: CommandInput): Promise<void> {
  const documents = await Promise.all(texts(flags['filename']).map((file) => read(file, context)));
  const installation = readOperator(documents, {
    defaults: { hub: defaultHub, tag: clientVersion },
    settings: texts(flags['set']),
    onIgnored: (path) => context.writeError(`Warning: ${path} has no effect in the sandbox\n`),
  });
  const { namespace } = installation;
  const api = await kube();
  const timeoutMs = parseDuration('--readiness-timeout', text(flags['readiness-timeout']) ?? usualTimeout);
  const place = { kube: api, clock: context.clock, namespace, timeoutMs };
  await Promise.all(customResourceDefinitions().map((definition) => api.apply(definition, 'istioctl')));
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'istioctl');
  await applyGatewayClasses(api);
  context.write('✔ Istio core installed ⛵️\n');
  await apply(api, istiodManifests(installation));
  await rolledOut(resources.deployments, 'istiod', place);
  context.write('✔ Istiod installed 🧠\n');
  await apply(api, ambientManifests(installation));
  await rolledOut(resources.daemonSets, 'istio-cni-node', place);
  context.write('✔ CNI installed 🪢\n');
  await rolledOut(resources.daemonSets, 'ztunnel', place);
  context.write('✔ Ztunnel installed 🔒\n');
  context.write('✔ Installation complete\n');
}

const read = async (file: string, { readInput }: CommandInput['context']): Promise<string> =>
  file === '-' ? await (readInput?.() ?? '') : readFile(file, 'utf8');

async function apply(kube: KubeApi, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) await kube.apply(manifest, 'istioctl');
}

import { createKubeClient, type KubeClient, type Manifest } from '@meshbed/clients/kube';
import { MeshbedError, ready, waiting } from '@meshbed/core';
import { parse } from 'yaml';
import { istioSystem } from '../../mesh/components.ts';
import { tokenIn } from '../../mesh/remote-secret.ts';
import { meshClusterName } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { remoteClusters } from './status.ts';

/** Each control plane is let in to the API server of the others, and reads it. */
export const connectClusters: Step = declared(async (step) => {
  const { kubernetes } = step.scenario;
  const pairs = kubernetes.flatMap((from) => kubernetes.filter((to) => to !== from).map((to) => ({ from, to })));
  await Promise.all(pairs.map((pair) => ensureRemoteSecret(step, pair)));
  await Promise.all(pairs.map((pair) => awaitSynced(step, pair)));
});

/** `to` is to read `from`. */
interface Pair {
  from: KubernetesName;
  to: KubernetesName;
}

interface Found {
  /** Why it does not let `to` in, in words. */
  problem: string | undefined;
}

async function ensureRemoteSecret(step: StepContext, { from, to }: Pair): Promise<void> {
  const clusterName = meshClusterName(from);
  const [source, target] = await Promise.all([step.kube(from), step.kube(to)]);
  const reference = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: istioSystem.metadata.name, name: `istio-remote-secret-${clusterName}` },
  };
  const write = async () => {
    const istioctl = await step.istioctl(from);
    const { stdout } = await istioctl.run(['create-remote-secret', '--name', clusterName]);
    await target.apply(secretIn(stdout, clusterName));
    return { problem: undefined };
  };
  await step.ensure<Found>({
    kind: 'remote secret',
    name: `${clusterName} in ${to}`,
    async find() {
      const found = await target.get(reference);
      return found && { problem: await problemOf(found, clusterName, source) };
    },
    differs: ({ problem }) => problem,
    create: write,
    update: write,
  });
}

/** @throws MeshbedError `environment/istioctl` when it is no secret for this cluster */
function secretIn(output: string, clusterName: string): Manifest {
  const secret = parse(output.replace(/---\s*$/, '')) as Manifest | null;
  if (secret?.kind === 'Secret' && secret.metadata.name === `istio-remote-secret-${clusterName}`) return secret;
  throw new MeshbedError('environment/istioctl', 'istioctl create-remote-secret printed no remote secret', {
    object: clusterName,
    next: `istioctl create-remote-secret --name ${clusterName}`,
  });
}

/** Asks the cluster itself whether it still takes the token: it may have been made anew under the same name. */
async function problemOf(secret: Manifest, clusterName: string, { access }: KubeClient): Promise<string | undefined> {
  const token = tokenIn(secret, clusterName);
  if (token === undefined) return `it holds no token for ${clusterName}`;
  using kube = createKubeClient({ ...access, token: () => Promise.resolve(token) });
  try {
    await kube.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
    return undefined;
  } catch {
    return `${clusterName} does not take its token`;
  }
}

async function awaitSynced(step: StepContext, { from, to }: Pair): Promise<void> {
  const kube = await step.kube(to);
  const clusterName = meshClusterName(from);
  await step.wait({
    what: `${meshClusterName(to)} reads ${clusterName}`,
    timeoutMs: 120_000,
    next: `kubectl logs deploy/istiod -n istio-system, in ${to}`,
    async condition() {
      const found = (await remoteClusters(kube)).find(({ id }) => id === clusterName);
      if (found?.syncStatus === 'synced') return ready(true);
      const why = found?.error ?? found?.syncStatus ?? 'it has not seen the remote secret yet';
      return waiting(`istiod of ${to} does not read ${clusterName}: ${why}`);
    },
  });
}

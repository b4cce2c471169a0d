import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { MeshbedError } from '@meshbed/core';
import { ensureObject } from '../../kubernetes/objects.ts';
import { istioSystem } from '../../mesh/components.ts';
import { controlPlaneOf } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { certificateFolder } from '../create-certs/index.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: istioSystem.metadata.name, name: 'cacerts' },
};

/** Gives each control plane its intermediate before it starts: without one it would make a root of its own. */
export const installCaSecrets: Step = declared(async (step) => {
  await Promise.all(
    step.scenario.kubernetes.map(async (cluster) => {
      await step.after(controlPlaneOf[cluster]);
      const kube = await step.kube(cluster);
      await ensureObject(step, kube, istioSystem);
      await ensureSecret(step, kube, cluster);
      step.reach(cluster);
    }),
  );
});

async function ensureSecret(step: StepContext, kube: KubeClient, cluster: KubernetesName): Promise<void> {
  const data = secretData(step, cluster);
  const write = () => kube.apply({ ...secret, data });
  await step.ensure<Manifest>({
    kind: 'Secret',
    name: `${secret.metadata.namespace}/${secret.metadata.name} of ${cluster}`,
    find: () => kube.get(secret),
    differs: ({ data: found }) =>
      Object.entries(data).every(([name, value]) => (found as Record<string, string> | undefined)?.[name] === value)
        ? undefined
        : 'it holds other certificates',
    create: write,
    update: write,
  });
}

/** What istiod reads from it, in base64. */
function secretData(step: StepContext, cluster: KubernetesName): Record<string, string> {
  const folder = certificateFolder(step);
  const [root, intermediate] = [folder.read('root'), folder.read(cluster)];
  if (root === undefined || intermediate?.privateKeyPem === undefined) {
    throw new MeshbedError('user/no-certificates', `there is no intermediate certificate for ${cluster}`, {
      object: folder.path,
      next: 'run from the step create_certs on',
    });
  }
  const files = {
    'ca-cert.pem': intermediate.certificatePem,
    'ca-key.pem': intermediate.privateKeyPem,
    'root-cert.pem': root.certificatePem,
    'cert-chain.pem': intermediate.certificatePem + root.certificatePem,
  };
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]));
}

import { awaitRollout, ensureObject } from '../../kubernetes/objects.ts';
import { declared } from '../declared.ts';
import type { Step } from '../types.ts';
import { aksWorkloads } from './workloads.ts';

/** The echo and the shell in AKS, in the mesh, the echo known in every cluster. */
export const deployAksWorkloads: Step = declared(async (step) => {
  const kube = await step.kube('aks');
  const manifests = aksWorkloads(step.configuration);
  for (const manifest of manifests) await ensureObject(step, kube, manifest);
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  await Promise.all(deployments.map((manifest) => awaitRollout(step, kube, manifest)));
});

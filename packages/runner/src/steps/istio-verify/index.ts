import type { KubeClient } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { awaitRollout } from '../../kubernetes/objects.ts';
import { istiod, meshPrograms } from '../../mesh/components.ts';
import { lastDiscoveryError } from '../../mesh/istiod-log.ts';
import { declared } from '../declared.ts';
import { istiodRolesMadeMs } from '../infrastructure-iam/istiod-roles.ts';
import { findAssociation } from '../istio-install/association.ts';
import type { Step, StepContext } from '../types.ts';

/** Everything of Istio runs, istiod holds the credentials of its present role, and istioctl reaches it. */
export const istioVerify: Step = declared(async (step) => {
  const kube = await step.kube();
  await awaitMeshPrograms(step, kube);
  await ensureFreshCredentials(step, kube);
  await verifyVersions(step);
});

export async function awaitMeshPrograms(step: StepContext, kube: KubeClient): Promise<void> {
  await Promise.all(meshPrograms.map((program) => awaitRollout(step, kube, program)));
}

/** istioctl reaches the control plane of EKS, and both say which version they are. */
export async function verifyVersions(step: StepContext): Promise<void> {
  const versions = await step.wait({
    what: 'control plane',
    timeoutMs: 120_000,
    next: 'istioctl version',
    async condition() {
      const { stdout } = await (await step.istioctl()).run(['version']);
      return /control plane version/.test(stdout) ? ready(stdout) : waiting('istioctl version names no control plane');
    },
  });
  for (const [component, name] of Object.entries(istioVersions))
    step.observe(component, new RegExp(`^${name} version: (\\S+)`, 'm').exec(versions)?.[1]);
}

/** Component → what `istioctl version` calls it. */
const istioVersions = { Istio: 'control plane', istioctl: 'client' };

/**
 * A pod keeps the credentials of the role that it was admitted with, and of those that it has assumed. After a change of
 * the association, or when a role was deleted and made again, istiod discovers nothing until it is restarted.
 */
export async function ensureFreshCredentials(step: StepContext, kube: KubeClient): Promise<void> {
  const [association, rolesMs] = await Promise.all([findAssociation(step), istiodRolesMadeMs(step)]);
  const changedMs = Math.max(association?.modifiedAt?.getTime() ?? 0, rolesMs);
  await step.ensure({
    kind: 'restart of istiod',
    name: 'to take over its present role',
    async find() {
      const pods = await kube.list('v1', 'Pod', { namespace: 'istio-system', labels: 'app=istiod' });
      const started = pods.map(({ status }) => Date.parse(String((status as { startTime?: string | Date }).startTime)));
      const complains = async () => (await lastDiscoveryError(step)) !== undefined;
      return (await isFresh(started, changedMs, complains)) ? true : undefined;
    },
    async create() {
      const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(step.clock.now()).toISOString() };
      await kube.patch({ ...istiod, spec: { template: { metadata: { annotations } } } });
      return true;
    },
  });
  await awaitRollout(step, kube, istiod);
}

/** Pods carry whole seconds: for those that started in the second of the change, what istiod says decides. */
export async function isFresh(
  startedMs: readonly number[],
  changedMs: number,
  complains: () => Promise<boolean>,
): Promise<boolean> {
  const changedSecondMs = Math.floor(changedMs / 1000) * 1000;
  if (startedMs.length === 0 || startedMs.some((ms) => ms < changedSecondMs)) return false;
  return startedMs.every((ms) => ms > changedSecondMs) || !(await complains());
}

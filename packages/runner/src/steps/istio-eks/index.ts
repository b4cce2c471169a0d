import { declared } from '../declared.ts';
import { ensureAssociation } from '../istio-install/association.ts';
import { ensureFreshCredentials, verifyVersions } from '../istio-verify/index.ts';
import type { Step } from '../types.ts';
import { ensureControlPlane } from './control-plane.ts';

/** The control plane of EKS, which discovers ECS, and its east-west gateway. */
export const istioEks: Step = declared(async (step) => {
  await ensureAssociation(step);
  await ensureControlPlane(step, 'eks');
  await ensureFreshCredentials(step, await step.kube('eks'));
  await verifyVersions(step);
});

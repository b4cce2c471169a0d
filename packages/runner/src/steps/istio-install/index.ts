import { declared } from '../declared.ts';
import type { Step } from '../types.ts';
import { ensureAssociation } from './association.ts';
import { ensureInstalled } from './installation.ts';

/** Istio ambient, installed by istioctl, with istiod allowed to read the ECS accounts. */
export const istioInstall: Step = declared(async (step) => {
  await ensureAssociation(step);
  await ensureInstalled(step, 'eks');
});

import { declared } from '../declared.ts';
import { ensureControlPlane } from '../istio-eks/control-plane.ts';
import type { Step } from '../types.ts';

/** The control plane of AKS and its east-west gateway. */
export const istioAks: Step = declared((step) => ensureControlPlane(step, 'aks'));

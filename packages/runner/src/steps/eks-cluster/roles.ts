import { clusterRole, networkPluginPolicies, nodeRole, type PlannedRole, trustOf } from '@meshbed/clients/eks';
import { policyDocument, type Statement } from '../../aws/policy-document.ts';
import { ensureRole } from '../../aws/roles.ts';
import type { StepContext } from '../types.ts';

export const ensureClusterRole = (step: StepContext): Promise<string> =>
  ensure(step, 'cluster-role', clusterRole, clusterRole.managed);

export const ensureNodeRole = (step: StepContext): Promise<string> =>
  ensure(step, 'node-role', nodeRole, [...nodeRole.managed, ...networkPluginPolicies]);

const ensure = (step: StepContext, suffix: string, role: PlannedRole, managed: readonly string[]) =>
  ensureRole(step, step.local, {
    name: `${step.configuration.clusterName}-${suffix}`,
    trust: policyDocument(trustOf(role) as Statement),
    managed: [...managed],
  });

import { refuseConflicts } from '../../network/conflicts.ts';
import { accountsOf, usesExternal } from '../../scenario/accounts.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureConnected } from './connection.ts';
import { ensureExternalNetwork } from './external-network.ts';
import { ensureIstiodRoles } from './istiod-roles.ts';
import { ensureTaskRole } from './task-role.ts';

/**
 * Who may do what: istiod reads ECS through a chain of two roles, tasks have one role of their own. With a second
 * account also its network, connected with that of EKS. Milestones: `roles`; `external-network` for what goes into it.
 */
export const infrastructureIam: Step = declared(async (step) => {
  await Promise.all([ensureRoles(step), ...(usesExternal(step.scenario) ? [ensureNetworks(step)] : [])]);
});

async function ensureRoles(step: StepContext): Promise<void> {
  const taskRoles = accountsOf(step.scenario).map((account) => ensureTaskRole(step, step.aws(account)));
  await Promise.all([ensureIstiodRoles(step), ...taskRoles]);
  step.reach('roles');
}

/** Nothing of the external network needs EKS; only the connection waits for it. */
async function ensureNetworks(step: StepContext): Promise<void> {
  await refuseConflicts(step);
  const { vpcId, ready } = await ensureExternalNetwork(step);
  await Promise.all([ready.then(() => step.reach('external-network')), ensureConnected(step, vpcId)]);
}

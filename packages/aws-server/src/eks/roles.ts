import { assumeRoleAsService } from '../authorization/index.ts';
import type { Context } from '../context.ts';
import { roleByArn } from '../iam/roles.ts';
import { invalidParameter } from './errors.ts';

const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

export interface RoleNeeds {
  /** Who must be able to assume it. */
  service: string;
  /** Names of managed policies; of each inner list one is enough. */
  policies: readonly (readonly string[])[];
}

export const clusterRole: RoleNeeds = { service: 'eks.amazonaws.com', policies: [['AmazonEKSClusterPolicy']] };
export const nodeRole: RoleNeeds = {
  service: 'ec2.amazonaws.com',
  policies: [
    ['AmazonEKSWorkerNodePolicy', 'AmazonEKSWorkerNodeMinimalPolicy'],
    ['AmazonEC2ContainerRegistryPullOnly', 'AmazonEC2ContainerRegistryReadOnly', 'AmazonEC2ContainerRegistryPowerUser'],
  ],
};

const shortestSessionMs = 900_000;

/**
 * Refuses a role that EKS could not work with. Callers know these texts: right after a role was made or a policy was
 * attached they try again.
 *
 * @throws AwsError InvalidParameterException
 */
export function checkRole(context: Context, roleArn: string, { service, policies }: RoleNeeds): void {
  const { account, region, world } = context;
  const role = roleByArn(world.stores, roleArn);
  if (!role) {
    throw invalidParameter(
      `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
    );
  }
  if (roleArn.split(':')[4] !== account) throw invalidParameter('Cross-account pass role is not allowed.');
  const sourceArn = `arn:aws:eks:${region}:${account}:cluster/*`;
  try {
    assumeRoleAsService(world, { service, roleArn, sourceArn, sessionName: 'eks', ttlMs: shortestSessionMs });
  } catch {
    throw invalidParameter('Role could not be assumed because the trusted entity is not correct');
  }
  const missing = policies.find((names) => !names.some((name) => role.known?.attachedPolicies.has(managed(name))));
  if (!missing) return;
  throw invalidParameter(
    `The role ${roleArn} doesn't have the Amazon EKS Managed Policies associated. The following policy is missing: ${missing.join(' or ')}`,
  );
}

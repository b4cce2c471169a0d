import { ensureRole } from '../../aws/roles.ts';
import { policyDocument } from '../../aws/policy-document.ts';
import { names } from '../../configuration.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureTaskRole } from './task-role.ts';

/** Who may do what: istiod reads ECS through a chain of two roles, tasks have one role of their own. */
export const infrastructureIam: Step = declared(async (step) => {
  await Promise.all([ensureIstiodRoles(step), ensureTaskRole(step)]);
});

/** What istiod reads to discover services; the sandbox and AWS refuse everything else. */
const discoveryActions = [
  'ecs:ListClusters',
  'ecs:DescribeClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTagsForResource',
];

/** Session tags of Pod Identity are transitive, so that both hops need sts:TagSession. */
const assume = ['sts:AssumeRole', 'sts:TagSession'];

async function ensureIstiodRoles(step: StepContext): Promise<void> {
  const { local, configuration } = step;
  const localRoleArn = `arn:aws:iam::${local.access.id}:role/${names.istiodLocalRole}`;
  const podRoleArn = await ensureRole(step, local, {
    name: names.istiodRole(configuration.clusterName),
    trust: policyDocument({ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: assume }),
    inline: {
      name: 'AssumeIstiodLocal',
      document: policyDocument({ Effect: 'Allow', Action: assume, Resource: localRoleArn }),
    },
  });
  // IAM stores the id of a trusted role, so that the role must exist before it is named.
  await ensureRole(step, local, {
    name: names.istiodLocalRole,
    trust: policyDocument({ Effect: 'Allow', Principal: { AWS: podRoleArn }, Action: assume }),
    inline: {
      name: 'DiscoverEcs',
      document: policyDocument({ Effect: 'Allow', Action: discoveryActions, Resource: '*' }),
    },
  });
}

import { policyDocument } from '../../aws/policy-document.ts';
import { ensureRole } from '../../aws/roles.ts';
import type { StepContext } from '../types.ts';

const managed = (...policies: string[]) => policies.map((name) => `arn:aws:iam::aws:policy/${name}`);

export function ensureClusterRole(step: StepContext): Promise<string> {
  return ensureRole(step, step.local, {
    name: `${step.configuration.clusterName}-cluster-role`,
    trust: policyDocument({
      Effect: 'Allow',
      Principal: { Service: 'eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    }),
    managed: managed('AmazonEKSClusterPolicy'),
  });
}

export function ensureNodeRole(step: StepContext): Promise<string> {
  return ensureRole(step, step.local, {
    name: `${step.configuration.clusterName}-node-role`,
    trust: policyDocument({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    managed: managed('AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly'),
  });
}

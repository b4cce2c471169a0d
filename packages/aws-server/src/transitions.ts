import { latencyOf, type Profile, stage, type Stages } from '@meshbed/core';

const [second, minute] = [1000, 60_000];

/** Resource kind → state → what it turns into by itself, and when. A state without a row stays. */
export const stages: Stages = {
  'aws-call': { sent: stage('answered', second, [0.1, 0.3, 1]) },
  // Start of a command of the AWS CLI: about a second on a laptop. Then its waits (botocore's waiters for NAT gateways
  // and ECS services) look every 15 s, for peerings the operators' script every 5 s.
  'cli-process': { started: stage('calling', second, [0.5, 1, 2]) },
  'cli-wait': { looked: stage('looked again', second, [5, 15, 15]) },
  'kubernetes-call': { sent: stage('answered', second, [0.02, 0.05, 0.2]) },
  'iam-role': { saved: stage('known everywhere', second, [5, 10, 15]) },
  vpc: { pending: stage('available', second, [1, 2, 5]) },
  subnet: { pending: stage('available', second, [1, 2, 5]) },
  'nat-gateway': {
    pending: stage('available', minute, [1, 2, 3]),
    deleting: stage('deleted', second, [30, 60, 90]),
  },
  'vpc-peering': {
    'initiating-request': stage('pending-acceptance', second, [1, 2, 5]),
    provisioning: stage('active', second, [1, 2, 5]),
    deleting: stage('deleted', second, [1, 1, 5]),
  },
  instance: {
    pending: stage('running', second, [10, 20, 40]),
    'shutting-down': stage('terminated', second, [30, 40, 60]),
  },
  'load-balancer': {
    provisioning: stage('active', minute, [2, 3, 4]),
    deleting: stage('deleted', minute, [1, 2, 5]),
  },
  'target-health': { initial: stage('healthy', second, [20, 30, 60]) },
  'ecs-task': {
    PROVISIONING: stage('PENDING', second, [5, 10, 20]),
    PENDING: stage('ACTIVATING', second, [10, 25, 40]),
    ACTIVATING: stage('RUNNING', second, [0, 3, 10]),
    DEACTIVATING: stage('STOPPING', second, [0, 1, 5]),
    DEPROVISIONING: stage('STOPPED', second, [5, 15, 30]),
  },
  'ecs-task-interface': { 'in-use': stage('deleted', second, [10, 20, 60]) },
  'ecs-exec-agent': { PENDING: stage('RUNNING', second, [2, 5, 15]) },
  'ecs-deployment': { IN_PROGRESS: stage('COMPLETED', second, [10, 20, 60]) },
  'eks-cluster': {
    CREATING: stage('ACTIVE', minute, [7, 10, 12]),
    DELETING: stage('DELETED', minute, [2, 3, 5]),
  },
  'eks-nodegroup': {
    CREATING: stage('ACTIVE', minute, [2, 3, 4]),
    UPDATING: stage('ACTIVE', second, [5, 10, 60]),
    DELETING: stage('DELETED', minute, [3, 4, 6]),
  },
  'eks-addon': {
    UPDATING: stage('ACTIVE', second, [5, 20, 60]),
    CREATING: stage('ACTIVE', second, [10, 30, 60]),
    DELETING: stage('DELETED', second, [10, 20, 60]),
  },
  'cloudformation-deletion': { blocked: stage('tried again', second, [5, 15, 30]) },
  'pod-image': { pulling: stage('present', second, [3, 8, 20]) },
};

/** See `latencyOf`. */
export const latencyMs = (profile: Profile, kind: string, state: string): number =>
  latencyOf(profile, stages[kind]?.[state]);

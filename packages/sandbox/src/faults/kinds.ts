export type FaultKind =
  | 'throttle'
  | 'error'
  | 'latency'
  | 'stuck'
  | 'load-balancer-without-address'
  | 'expired-credentials'
  | 'cut-route'
  | 'killed-task'
  | 'iam-propagation'
  | 'stale-pod-identity';

/** What a fault may say. All texts but `code` and `message` that select something may have `*` for any characters. */
export interface FaultRule {
  kind: FaultKind;
  /** AWS service, as IAM calls it: `ec2`, `ecs`; or `azure`. */
  service?: string;
  operation?: string;
  /** Of the caller; in Azure the subscription. */
  account?: string;
  /** ARN of the caller; in Azure its application id. */
  principal?: string;
  /** Any name, id or ARN that a call names; what else it is depends on the kind. */
  resource?: string;
  /** Error code, message and HTTP status of `error`. */
  code?: string;
  message?: string;
  status?: number;
  /** Milliseconds. */
  ms?: number;
  /** Of the resource that is stuck. */
  state?: string;
  /** CIDR of callers and targets, or the id of an object on the way. */
  from?: string;
  to?: string;
  through?: string;
  /** How often it strikes; default: until it is cleared. */
  count?: number;
  /** Milliseconds after which it clears itself. */
  forMs?: number;
  /** From 0 to 1, by the seed; default 1. */
  probability?: number;
}

export type FaultField = Exclude<keyof FaultRule, 'kind'>;

export interface FaultKindInfo {
  about: string;
  fields: readonly FaultField[];
  /** At least one of them. */
  needs?: readonly FaultField[];
}

const caller = ['account', 'principal'] as const;
const call = ['service', 'operation', ...caller, 'resource'] as const;
const limits = ['count', 'forMs', 'probability'] as const;

/** Every kind, what it does and which fields it has. */
export const faultKinds: Readonly<Record<FaultKind, FaultKindInfo>> = {
  throttle: { about: 'AWS calls fail with the throttling error of their service', fields: [...call, ...limits] },
  error: {
    about: 'AWS calls fail with an error code',
    fields: [...call, 'code', 'message', 'status', ...limits],
    needs: ['code'],
  },
  latency: { about: 'AWS calls take longer', fields: [...call, 'ms', ...limits], needs: ['ms'] },
  stuck: {
    about: 'resources of a type (nat-gateway, eks-cluster, ecs-task, …) stay in their state',
    fields: ['resource', 'state', ...limits],
    needs: ['resource'],
  },
  'load-balancer-without-address': { about: 'new load balancers stay in provisioning', fields: limits },
  'expired-credentials': { about: 'credentials count as expired', fields: [...caller, ...limits], needs: caller },
  'cut-route': {
    about: 'packets vanish between addresses, or at an object on the way',
    fields: ['from', 'to', 'through', 'forMs'],
    needs: ['from', 'to', 'through'],
  },
  'killed-task': {
    about: 'running ECS tasks are killed now: by task, service, cluster/service or cluster',
    fields: ['account', 'resource', 'count'],
    needs: ['resource'],
  },
  'iam-propagation': {
    about: 'the rest of AWS learns of new and changed roles later; resource: ARN of the role',
    fields: ['resource', 'ms', ...limits],
    needs: ['ms'],
  },
  'stale-pod-identity': {
    about: 'pods keep getting the role that they got first; resource: namespace/serviceaccount',
    fields: ['resource', ...limits],
  },
};

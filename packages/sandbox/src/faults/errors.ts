import { AwsError, type PermittedCall } from '@meshbed/aws-server';
import { ArmError } from '@meshbed/azure-server';
import type { FaultRule } from './kinds.ts';

/** How services say that there were too many calls; the rest says ThrottlingException. */
const throttling: Readonly<Record<string, readonly [code: string, status: number]>> = {
  ec2: ['RequestLimitExceeded', 503],
  iam: ['Throttling', 400],
  sts: ['Throttling', 400],
  elasticloadbalancing: ['Throttling', 400],
  cloudformation: ['Throttling', 400],
};

/** The error of a fault that lets calls fail; undefined when it does something else. */
export function errorOf(rule: FaultRule, { service }: PermittedCall): AwsError | undefined {
  if (rule.kind === 'throttle') {
    const [code, status] = throttling[service] ?? ['ThrottlingException', 400];
    return new AwsError(code, 'Rate exceeded', { status });
  }
  if (rule.kind !== 'error') return undefined;
  return new AwsError(rule.code ?? 'InternalFailure', rule.message ?? told, { status: rule.status ?? 400 });
}

const told = 'The sandbox was told to fail here.';

/** Of a change that fails, or of a call. Clients wait as long as they are told to. */
export function armErrorOf(
  { kind, status = 400, code = 'InternalServerError', message = told }: FaultRule,
  { subscription = '' }: { subscription?: string } = {},
): ArmError {
  if (kind !== 'throttle') return new ArmError(status, code, message);
  const text = `Number of requests for subscription '${subscription}' exceeded the limit. Please try again after '1' seconds.`;
  return new ArmError(429, 'SubscriptionRequestsThrottled', text, { 'retry-after': '1' });
}

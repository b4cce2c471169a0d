import type { PermittedCall } from '@meshbed/aws-server';
import type { AzureCall, AzureChange } from '@meshbed/azure-server';
import type { FaultRule } from './kinds.ts';

/** Whether `text` is what a pattern with `*` says; no pattern is everything. */
export function isLike(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(text);
}

/** Whether a call is one that the rule is about. */
export function concerns(rule: FaultRule, { service, operation, input, context }: PermittedCall): boolean {
  return (
    isLike(rule.service, service) &&
    isLike(rule.operation, operation) &&
    isCaller(rule, context.principal) &&
    (rule.resource === undefined || names(input).some((name) => isLike(rule.resource, name)))
  );
}

/** The same for a change in Azure: only by rules that name the service, and `DELETE` or `DELETE-operation` as operation. */
export function concernsAzure(rule: FaultRule, { when, method, id }: AzureChange): boolean {
  return (
    rule.service !== undefined &&
    isLike(rule.service, 'azure') &&
    isLike(rule.operation, when === 'accept' ? method : `${method}-operation`) &&
    [id, id.split('/').at(-1) ?? ''].some((name) => isLike(rule.resource, name))
  );
}

/**
 * Whether a call of Azure's API is one that the rule is about. Errors of changes are those of `concernsAzure`; one that
 * reads fails only when the rule names its method.
 */
export function concernsAzureCall(rule: FaultRule, { method, id, subscription, caller }: AzureCall): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  return (
    (rule.kind !== 'error' || (reads && rule.operation !== undefined)) &&
    rule.service !== undefined &&
    isLike(rule.service, 'azure') &&
    isLike(rule.operation, method) &&
    isCaller(rule, { account: subscription, arn: caller }) &&
    [id, id.split('/').at(-1) ?? ''].some((name) => isLike(rule.resource, name))
  );
}

export function isCaller(rule: FaultRule, { account, arn }: { account: string; arn: string }): boolean {
  return isLike(rule.account, account) && isLike(rule.principal, arn);
}

/** Every text of a call's input; of an ARN also what comes after its last slash. */
function names(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('arn:') ? [value, value.split('/').at(-1) ?? ''] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(names) : [];
}

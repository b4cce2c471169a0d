import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import type { Check } from '../authorization/index.ts';
import type { Operation, Service } from '../service.ts';
import type { Values } from '../wire/index.ts';
import type { Tokens } from './tokens.ts';

/** Checks one call and runs it: parameters, permission, repetition, in AWS's order. */
export async function perform(
  { service, operation }: { service: Service; operation: Operation },
  input: Values,
  context: Context,
  tokens: Tokens,
): Promise<Values> {
  checkRequired(service, operation, input);
  checkAccepted(service, operation, input);
  context.world.authorize(context.principal, checksOf(service, operation, input, context), service.protocol);
  if (input['DryRun'] === true) {
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', { status: 412 });
  }
  const fault = await context.world.faults?.call?.({
    service: service.name,
    operation: operation.name,
    input,
    context,
  });
  if (fault) throw fault;
  return tokens.once({ service, operation, input, context }, async () => {
    return ((await operation.run(input, context)) ?? {}) as Values;
  });
}

function checksOf(service: Service, { name, rule }: Operation, input: Values, context: Context): readonly Check[] {
  if (rule.free) return [];
  const given = input as never;
  const action = rule.action ?? `${service.actions ?? service.name}:${name}`;
  const keys = rule.context?.(given, context);
  const resources = rule.resources?.(given, context) ?? ['*'];
  const own = resources.map((resource) => (keys ? { action, resource, context: keys } : { action, resource }));
  return [...own, ...(rule.also?.(given, context) ?? [])];
}

const missingCodes = {
  ec2: 'MissingParameter',
  query: 'ValidationError',
  json: 'InvalidParameterException',
  rest: 'InvalidParameterException',
};

function checkRequired({ protocol }: Service, { required }: Operation, input: Values): void {
  const missing = required.find((name) => input[name] === undefined || input[name] === null);
  if (missing === undefined) return;
  const message =
    protocol === 'ec2'
      ? `The request must contain the parameter ${missing}`
      : `1 validation error detected: Value at '${missing}' failed to satisfy constraint: Member must not be null`;
  throw new AwsError(missingCodes[protocol], message);
}

/** Every operation of EC2 has these. */
const always = new Set(['DryRun']);

function checkAccepted({ name: service, protocol }: Service, operation: Operation, input: Values): void {
  const { accepts } = operation.rule;
  if (accepts === undefined) return;
  const known = new Set(accepts.split(' '));
  const stranger = Object.keys(input).find(
    (name) => !known.has(name) && !always.has(name) && name !== operation.idempotencyToken && isSet(input[name]),
  );
  if (stranger === undefined) return;
  const code = protocol === 'ec2' ? 'UnsupportedOperation' : missingCodes[protocol];
  const message = `The parameter ${stranger} of ${service}:${operation.name} is not supported by this sandbox.`;
  throw new AwsError(code, message);
}

/** Parameters left at their empty value change nothing. */
const isSet = (value: unknown) =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0);

import type { Context } from '../context.ts';
import { noSuchStack } from './errors.ts';
import { CloudFormationState, type Output, type StackRecord } from './state.ts';

/** What the caller has or had in this region. */
export const stacksOf = (context: Context): StackRecord[] => [...context.state(CloudFormationState).stacks.values()];

const isThere = ({ status }: StackRecord) => status !== 'DELETE_COMPLETE';

export const livingStacks = (context: Context): StackRecord[] => stacksOf(context).filter(isThere);

/** By name among the living, by id also among the deleted. */
export const findStack = (context: Context, reference: string | undefined): StackRecord | undefined =>
  stacksOf(context).find((stack) => stack.id === reference || (stack.name === reference && isThere(stack)));

/** @throws AwsError ValidationError */
export function stackOf(context: Context, reference: string | undefined): StackRecord {
  const stack = findStack(context, reference);
  if (!stack) throw noSuchStack(reference);
  return stack;
}

/** ARNs for permission checks. */
export const stackArns = (context: Context, reference: string | undefined): string[] => {
  if (reference === undefined) return ['*'];
  if (reference.startsWith('arn:')) return [reference];
  const { region, account } = context;
  return [findStack(context, reference)?.id ?? `arn:aws:cloudformation:${region}:${account}:stack/${reference}/*`];
};

/** Exported values by name, each with its stack. */
export const exportsOf = (context: Context): Map<string, { stack: StackRecord; output: Output }> =>
  new Map(
    livingStacks(context).flatMap((stack) =>
      stack.outputs.flatMap((output) =>
        output.exportName === undefined ? [] : [[output.exportName, { stack, output }] as const],
      ),
    ),
  );

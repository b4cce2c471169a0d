import { isDeepStrictEqual } from 'node:util';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { tagMap } from '../../tags.ts';
import { invalid, unsupported } from '../errors.ts';
import type { StackRecord, Target } from '../state.ts';
import { parseTemplate } from '../template/parse.ts';

const updatable = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/** @throws AwsError ValidationError for a stack that has failed, or is being changed */
export function checkUpdatable({ id, status }: StackRecord): void {
  if (!updatable.has(status)) throw invalid(`Stack:${id} is in ${status} state and can not be updated.`);
}

/** Tags of a stack are tags of all that is in it, which an update here doesn't reach. @throws AwsError */
export function checkTags(stack: StackRecord, tags: readonly Tag[] | undefined): void {
  if (tags !== undefined && !isDeepStrictEqual(tagMap(tags), stack.tags))
    throw unsupported(`Changing the tags of a stack (${stack.name})`);
}

/** Whether only what the stack says of itself would differ. */
export function changesOutputs(stack: StackRecord, { template, parameters }: Target): boolean {
  const [before, after] = [parseTemplate(stack.template).outputs, parseTemplate(template).outputs];
  return !isDeepStrictEqual(before, after) || !isDeepStrictEqual(stack.parameters, parameters);
}

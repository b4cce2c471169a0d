import { MeshbedError } from '@meshbed/core';
import type { RequestContext } from './context.ts';
import { type ConditionBlock, listOf } from './document.ts';
import { type Operator, operators } from './operators.ts';

interface ReadOperator {
  set: 'ForAllValues' | 'ForAnyValue' | undefined;
  name: string;
  ifExists: boolean;
}

const operatorName = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Undefined when IAM has no such operator. */
export function readOperator(text: string): ReadOperator | undefined {
  const [, set, name = '', ifExists] = operatorName.exec(text) ?? [];
  if (name !== 'Null' && !operators.has(name)) return undefined;
  return { set: set as ReadOperator['set'], name, ifExists: ifExists !== undefined };
}

/** Every operator and every key must hold. @throws MeshbedError `user/unknown-condition-operator` */
export function conditionHolds(block: ConditionBlock | undefined, context: RequestContext): boolean {
  return Object.entries(block ?? {}).every(([text, keys]) => {
    const operator = readOperator(text);
    if (!operator) throw new MeshbedError('user/unknown-condition-operator', `IAM has no condition operator ${text}`);
    return Object.entries(keys).every(([key, values]) =>
      keyHolds(operator, context.get(key), listOf(values).map(String), context),
    );
  });
}

function keyHolds(
  read: ReadOperator,
  actual: readonly string[] | undefined,
  wanted: readonly string[],
  context: RequestContext,
): boolean {
  if (read.name === 'Null') return wanted.includes(String(actual === undefined));
  const operator = operators.get(read.name)!;
  if (actual === undefined) return holdsWithoutKey(read, operator);
  const holds = (value: string) => wanted.some((one) => operator.agrees(value, one, context)) !== operator.negated;
  const all = read.set === 'ForAllValues' || (read.set === undefined && operator.negated);
  return all ? actual.every(holds) : actual.some(holds);
}

/** A key that is not there: differs from every value, belongs to every set of all, and equals nothing. */
function holdsWithoutKey({ set, ifExists }: ReadOperator, { negated }: Operator): boolean {
  if (ifExists || set === 'ForAllValues') return true;
  return set === undefined && negated;
}

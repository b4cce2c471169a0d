import { expect } from 'vitest';
import { type AwsRunner, CallFailed, type Step, type Variables } from './step.ts';

/** Does the steps in order. @throws when an answer is not as expected */
export async function perform(runner: AwsRunner, steps: readonly Step[], variables: Variables): Promise<void> {
  for (const step of steps) {
    const [service = '', second = '', third] = step.call.split(' ');
    const input = filled(step.input ?? {}, variables) as object;
    const account = step.as ?? 'local';
    if (third !== undefined) {
      await runner.wait({ service, waiter: third, input, account });
      continue;
    }
    const answer = await attempt(() => runner.call({ service, operation: second, input, account }));
    check(step, answer, variables);
    for (const [name, path] of Object.entries(step.save ?? {})) variables.set(name, valueAt(answer, path, step.call));
  }
}

async function attempt(call: () => Promise<object>): Promise<object | CallFailed> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof CallFailed) return error;
    throw error;
  }
}

function check({ call, fails, expect: wanted }: Step, answer: object | CallFailed, variables: Variables): void {
  if (answer instanceof CallFailed) {
    if (fails === undefined) throw new Error(`${call} failed: ${answer.message}`);
    expect(answer.code, `${call}: ${answer.message}`).toBe(fails);
  } else {
    expect(fails, `${call} succeeded`).toBeUndefined();
    if (wanted) expect(answer, call).toMatchObject(filled(wanted, variables) as object);
  }
}

/** Replaces `${name}` in every text. @throws Error for a name that nothing saved */
export function filled(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const found = variables.get(name);
      if (found === undefined) throw new Error(`nothing was saved as ${name}`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, variables)]));
}

function valueAt(answer: object, path: string, call: string): string {
  let at: unknown = answer;
  for (const name of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[name];
  if (typeof at === 'string' || typeof at === 'number') return String(at);
  throw new Error(`${call}: its answer has nothing at ${path}`);
}

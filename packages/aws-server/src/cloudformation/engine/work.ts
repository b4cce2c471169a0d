import { createHash } from 'node:crypto';
import { until } from '@meshbed/core';
import type { Context, World } from '../../context.ts';
import { tagMap } from '../../tags.ts';
import type { Answer, Tag, Work } from '../resources/index.ts';
import type { StackRecord } from '../state.ts';

/** Longer than anything takes that a stack waits for. */
const timeoutMs = 60 * 60_000;

const endings = new WeakMap<World, AbortController>();

/** Aborts when the server ends. */
export function endOf(world: World): AbortSignal {
  const known = endings.get(world);
  if (known) return known.signal;
  const ending = new AbortController();
  endings.set(world, ending);
  world.atEnd.defer(() => ending.abort(new Error('the sandbox ends')));
  return ending.signal;
}

/** What the type of a resource works with. */
export function workOn(context: Context, stack: StackRecord, logicalId: string, generation = 0): Work {
  const { world, principal, region } = context;
  const { clock } = world;
  const signal = endOf(world);
  return {
    region,
    generatedName: generatedName(stack, generation === 0 ? logicalId : `${logicalId} ${generation}`),
    aws: <Output = Answer>(service: string, operation: string, input: object) =>
      world.invoke<Output & Record<string, unknown>>(principal, service, operation, input, region),
    tags: (own) => tagsOf(stack, logicalId, own as Tag[] | undefined),
    async until(what, condition) {
      await until(condition, { clock, what, timeoutMs, signal });
    },
    settled: (kind, state) => world.transitions.wait(kind, state, signal),
  };
}

const longestName = 64;

/** `STACK-LOGICALID-SUFFIX`; what is too long for a role's name is cut from the stack's part. */
function generatedName({ name, id }: StackRecord, logicalId: string): string {
  const suffix = createHash('sha256').update(`${id} ${logicalId}`).digest('hex').slice(0, 12).toUpperCase();
  const tail = `-${(logicalId.split(' ')[0] ?? '').slice(0, 30)}-${suffix}`;
  return `${name.slice(0, longestName - tail.length)}${tail}`;
}

/** The template's win over the stack's. */
function tagsOf({ name, id, tags }: StackRecord, logicalId: string, own: Tag[] | undefined): Tag[] {
  const all = new Map([
    ['aws:cloudformation:stack-name', name],
    ['aws:cloudformation:stack-id', id],
    ['aws:cloudformation:logical-id', logicalId],
    ...tags,
    ...tagMap(own),
  ]);
  return [...all].map(([Key, Value]) => ({ Key, Value }));
}

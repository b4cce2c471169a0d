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
export function workOn(context: Context, stack: StackRecord, logicalId: string): Work {
  const { world, principal, region } = context;
  const { clock } = world;
  const signal = endOf(world);
  return {
    region,
    generatedName: `${stack.name}-${logicalId}-${suffixOf(stack, logicalId)}`,
    aws: <Output = Answer>(service: string, operation: string, input: object) =>
      world.invoke<Output & Record<string, unknown>>(principal, service, operation, input, region),
    tags: (own) => tagsOf(stack, logicalId, own as Tag[] | undefined),
    async until(what, condition) {
      await until(condition, { clock, what, timeoutMs, signal });
    },
    settled: (kind, state) => world.transitions.wait(kind, state, signal),
  };
}

/** Twelve characters that stay the same for one resource of one stack. */
const suffixOf = ({ id }: StackRecord, logicalId: string) =>
  Buffer.from(`${logicalId}${id.split('/').at(-1)}`)
    .toString('hex')
    .slice(-12)
    .toUpperCase();

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

import { NormalizedSchema } from '@smithy/core/schema';
import { createSandbox, type Sandbox } from '@meshbed/sandbox';
import { expect } from 'vitest';
import type { Case } from '../../case.ts';
import { clientFor, sdkClient, sdks, type SdkClient } from '../../clients/aws/sdk.ts';

/** Every operation of a service's model is called once with made-up input: it is answered, never with a server error. */
export const fuzzCases: readonly Case[] = Object.keys(sdks).map((service) => ({
  client: sdkClient,
  area: 'every operation',
  name: `${service}: is answered, or refused in the service's own words`,
  run: () => fuzz(service),
}));

interface Answer {
  operation: string;
  /** Undefined when the call succeeded. */
  status?: number | undefined;
  code?: string;
  message?: string;
}

/** In a sandbox of its own: some of what is made up succeeds. */
async function fuzz(service: string): Promise<void> {
  await using sandbox = await createSandbox();
  const answers = await answersOf(sandbox, service);
  expect(answers.length).toBeGreaterThan(0);
  const odd = answers.filter(({ status }) => status !== undefined && !(status >= 400 && status < 500));
  expect(odd).toEqual([]);
  const unknown = answers.filter(({ code = '' }) => code === 'InvalidAction' || code === 'UnknownOperationException');
  for (const { message } of unknown) expect(message).toMatch(/not implemented by this sandbox/);
  expect(unknown.length).toBeLessThan(answers.length);
}

async function answersOf(sandbox: Sandbox, service: string): Promise<Answer[]> {
  const client = clientFor(sandbox, service);
  const commands = Object.entries(sdks[service]?.sdk ?? {}).filter(([name]) => /^[A-Z]\w+Command$/.test(name));
  const answers: Answer[] = [];
  for (const [name, Command] of commands) {
    const operation = name.replace(/Command$/, '');
    if (!streaming.has(operation)) answers.push(await answerOf(client, operation, Command as CommandClass));
  }
  client.destroy();
  return answers;
}

/** They answer with a stream of events, over HTTP/2. */
const streaming = new Set(['StartLiveTail', 'GetLogObject']);

type CommandClass = new (input: object) => { schema: readonly [9, string, string, unknown, SchemaRef, SchemaRef] };
type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

async function answerOf(client: SdkClient, operation: string, Command: CommandClass): Promise<Answer> {
  const input = new Command({}).schema[4];
  const schema = NormalizedSchema.of(typeof input === 'function' ? (input as () => SchemaRef)() : input);
  try {
    await client.send(new Command(madeUp(schema, deepest) as object));
    return { operation };
  } catch (error) {
    const { Code, name, message, $metadata } = error as Error & {
      Code?: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { operation, status: $metadata?.httpStatusCode ?? 0, code: Code ?? name, message };
  }
}

const deepest = 3;

/** A value that fits a schema, with every member that is not too deep. */
function madeUp(schema: NormalizedSchema, depth: number): unknown {
  if (schema.isStructSchema()) return structure(schema, depth);
  if (schema.isListSchema()) return depth <= 0 ? [] : [madeUp(schema.getValueSchema(), depth - 1)];
  if (schema.isMapSchema()) return depth <= 0 ? {} : { key: madeUp(schema.getValueSchema(), depth - 1) };
  if (schema.isBooleanSchema()) return false;
  if (schema.isNumericSchema()) return 1;
  if (schema.isTimestampSchema()) return new Date(1_800_000_000_000);
  if (schema.isBlobSchema()) return new Uint8Array([1, 2, 3]);
  return schema.isDocumentSchema() ? {} : 'made-up';
}

function structure(schema: NormalizedSchema, depth: number): object {
  const members = [...schema.structIterator()];
  const chosen = schema.isUnionSchema() ? members.slice(0, 1) : members;
  return Object.fromEntries(depth < 0 ? [] : chosen.map(([name, member]) => [name, madeUp(member, depth - 1)]));
}

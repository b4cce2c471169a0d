import { NormalizedSchema } from '@smithy/core/schema';
import type { Rule } from './authorization/index.ts';
import type { Context } from './context.ts';
import { pathMatcher, type PathMatcher } from './path.ts';
import type { HttpBinding, OperationShape, Protocol, SchemaRef, Values } from './wire/index.ts';

/** How to recognise a service's requests, and what its answers carry. */
export interface ServiceMeta {
  /** What `invoke` calls it, and IAM actions begin with unless `actions` says otherwise: `ec2`. */
  name: string;
  /** Classic load balancing shares its actions with the later one. */
  actions?: string;
  protocol: Protocol;
  /** Service in the credential scope of signatures. */
  scope: string;
  /** API version: query protocols name it in every request. */
  version: string;
  /** First part of `X-Amz-Target`, JSON 1.1 only. */
  target?: string;
  xmlNamespace?: string;
}

/** One operation, ready to be called. */
export interface Operation extends OperationShape {
  matcher?: PathMatcher;
  required: readonly string[];
  /** The member that makes a repeated call answer as the first one did. */
  idempotencyToken?: string;
  rule: Rule<never>;
  run(input: Values, context: Context): unknown;
}

export interface Service extends ServiceMeta {
  operation(name: string): Operation | undefined;
  operations(): readonly Operation[];
  /** Names of all operations of the service's model, implemented or not. */
  modelled(): readonly string[];
  /** The schema of a modelled exception. */
  errorSchema(name: string): SchemaRef | undefined;
}

type Constructed<Class> = Class extends abstract new (...args: never) => infer Instance ? Instance : never;
type Answer<Class> =
  Constructed<Class> extends {
    resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer Output }>;
  }
    ? Omit<Output, '$metadata'>
    : never;

/** Input of a command class of an SDK client. */
export type InputOf<Class> = Constructed<Class> extends { input: infer Input } ? Input : never;

/** Handlers of the operations of client package `Sdk`, typed by its commands. */
export type Handlers<Sdk> = {
  [Name in keyof Sdk as Name extends `${infer Known}Command` ? Known : never]?: (
    input: InputOf<Sdk[Name]>,
    context: Context,
  ) => Answer<Sdk[Name]> | Promise<Answer<Sdk[Name]>>;
};

/** Who may call an operation, on what, and which of its parameters are understood. */
export type Rules<Sdk> = {
  [Name in keyof Sdk as Name extends `${infer Known}Command` ? Known : never]?: Rule<InputOf<Sdk[Name]>>;
};

/**
 * A service of which client package `Sdk` has the schemas; give `Sdk` explicitly, so that the handlers are typed by it.
 * `load` runs when the first request arrives: the larger clients take tenths of a second.
 */
export const service = <Sdk>(load: () => unknown, meta: ServiceMeta, parts: ServiceParts<Sdk>): Service =>
  createService(load as () => Schemas, meta, parts as unknown as AnyParts);

export interface ServiceParts<Sdk> {
  handlers: Handlers<Sdk>;
  rules: Rules<Sdk>;
}

/** The operations of several files as one service's. */
export const combined = <Sdk>(parts: readonly ServiceParts<Sdk>[]): ServiceParts<Sdk> => ({
  handlers: Object.assign({}, ...parts.map(({ handlers }) => handlers)) as Handlers<Sdk>,
  rules: Object.assign({}, ...parts.map(({ rules }) => rules)) as Rules<Sdk>,
});

/**
 * A service without a client package: `schemas` has `[9, namespace, name, traits, input, output]` per operation under
 * `<Name>$`, `Operations` maps each name to its input and output.
 */
export const handWrittenService = <Operations extends Record<string, [input: object, output: object]>>(
  schemas: Schemas,
  meta: ServiceMeta,
  parts: HandWrittenParts<Operations>,
): Service => createService(() => schemas, meta, parts as unknown as AnyParts);

export interface HandWrittenParts<Operations extends Record<string, [input: object, output: object]>> {
  handlers: {
    [Name in keyof Operations]: (
      input: Operations[Name][0],
      context: Context,
    ) => Operations[Name][1] | Promise<Operations[Name][1]>;
  };
  rules: { [Name in keyof Operations]?: Rule<Operations[Name][0]> };
}

interface AnyParts {
  handlers: Readonly<Record<string, Operation['run']>>;
  rules: Readonly<Record<string, Rule<never>>>;
}
type OperationSchema = readonly [9, string, string, { http?: HttpBinding } | 0, SchemaRef, SchemaRef];
type ErrorRegistry = { schemas: ReadonlyMap<string, SchemaRef> };

/** The runtime schemas that a client package exports. */
export type Schemas = Readonly<Record<`${string}$`, OperationSchema>> & {
  readonly errorTypeRegistries?: readonly ErrorRegistry[];
};

function createService(load: () => Schemas, meta: ServiceMeta, { handlers, rules }: AnyParts): Service {
  const known = new Map<string, Operation>();
  const operation = (name: string) => {
    const run = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (!run) return undefined;
    const found = known.get(name) ?? createOperation(load(), name, run, rules[name] ?? {});
    known.set(name, found);
    return found;
  };
  return {
    ...meta,
    operation,
    operations: () => Object.keys(handlers).flatMap((name) => operation(name) ?? []),
    modelled: () => operationNames(load()),
    errorSchema: (name) => errorSchemaOf(load(), name),
  };
}

const operationNames = (schemas: Schemas): string[] =>
  Object.entries(schemas).flatMap(([key, schema]) =>
    key.endsWith('$') && Array.isArray(schema) && schema[0] === 9 ? [key.slice(0, -1)] : [],
  );

function createOperation(schemas: Schemas, name: string, run: Operation['run'], rule: Rule<never>): Operation {
  const schema = schemas[`${name}$`];
  if (!schema) throw new Error(`the client package has no schema of operation ${name}`);
  const http = schema[3] === 0 ? undefined : schema[3].http;
  const [input, output] = [dereferenced(schema[4]), dereferenced(schema[5])];
  const idempotencyToken = tokenMember(input);
  return {
    name,
    input,
    output,
    ...(http ? { http, matcher: pathMatcher(http) } : {}),
    required: requiredMembers(input),
    ...(idempotencyToken === undefined ? {} : { idempotencyToken }),
    rule,
    run,
  };
}

const dereferenced = (schema: SchemaRef): SchemaRef =>
  typeof schema === 'function' ? (schema as () => SchemaRef)() : schema;

/** A structure's schema lists its required members first and their number last. */
function requiredMembers(input: SchemaRef): readonly string[] {
  const schema = NormalizedSchema.of(input).getSchema() as unknown as readonly [...unknown[]];
  const names = schema[4];
  return Array.isArray(names) ? (names.slice(0, Number(schema[6] ?? 0)) as string[]) : [];
}

function tokenMember(input: SchemaRef): string | undefined {
  const schema = NormalizedSchema.of(input);
  if (!schema.isStructSchema()) return undefined;
  for (const [name, member] of schema.structIterator()) if (member.getMergedTraits().idempotencyToken) return name;
  return undefined;
}

function errorSchemaOf({ errorTypeRegistries = [] }: Schemas, name: string): SchemaRef | undefined {
  for (const { schemas } of errorTypeRegistries) {
    for (const [id, schema] of schemas) if (id.endsWith(`#${name}`)) return schema;
  }
  return undefined;
}

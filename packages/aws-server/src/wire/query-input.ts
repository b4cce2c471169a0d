import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { xmlSettings } from './xml.ts';

type Node = string | Tree;
interface Tree {
  [key: string]: Node;
}

/** How a query protocol spells names and lists; the two differ only here. */
export interface QueryDialect {
  /** The key of a structure's member. */
  key(member: NormalizedSchema, name: string): string;
  /** Lists carry no wrapper (`Filter.1`) instead of one (`Filters.member.1`). */
  flattenedLists: boolean;
}

const scalars = new FromStringShapeDeserializer(xmlSettings);

/** `Filter.1.Value.2=x` as nested objects. */
export function treeOf(parameters: URLSearchParams): Tree {
  const root: Tree = Object.create(null) as Tree;
  for (const [key, value] of parameters) {
    const path = key.split('.');
    const last = path.pop() ?? '';
    let at = root;
    for (const part of path) {
      const next = at[part];
      at = typeof next === 'object' ? next : (at[part] = Object.create(null) as Tree);
    }
    at[last] = value;
  }
  return root;
}

/** Reads the value of `schema` from the tree of a query-protocol request. */
export function readQuery(schema: NormalizedSchema, node: Node, dialect: QueryDialect): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, dialect);
  if (schema.isListSchema()) return readList(schema, node, dialect);
  if (schema.isMapSchema()) return readMap(schema, node, dialect);
  return scalars.read(schema, typeof node === 'string' ? node : '') as unknown;
}

function readStructure(schema: NormalizedSchema, node: Node, dialect: QueryDialect) {
  const out: Record<string, unknown> = {};
  if (typeof node === 'string') return out;
  for (const [name, member] of schema.structIterator()) {
    const found = node[dialect.key(member, name)];
    if (found !== undefined) out[name] = readQuery(member, found, dialect);
  }
  return out;
}

function readList(schema: NormalizedSchema, node: Node, dialect: QueryDialect) {
  const item = schema.getValueSchema();
  const flattened = dialect.flattenedLists || schema.getMergedTraits().xmlFlattened;
  const wrapper = item.getMergedTraits().xmlName ?? 'member';
  return entriesOf(flattened ? node : childOf(node, wrapper)).map((entry) => readQuery(item, entry, dialect));
}

function readMap(schema: NormalizedSchema, node: Node, dialect: QueryDialect) {
  const keyName = nameOf(schema.getKeySchema(), 'key');
  const value = schema.getValueSchema();
  const entries = entriesOf(schema.getMergedTraits().xmlFlattened ? node : childOf(node, 'entry'));
  return Object.fromEntries(
    entries.map((entry) => [
      childOf(entry, keyName) as string,
      readQuery(value, childOf(entry, nameOf(value, 'value')) ?? '', dialect),
    ]),
  );
}

const nameOf = (schema: NormalizedSchema, otherwise: string) => schema.getMergedTraits().xmlName ?? otherwise;

const childOf = (node: Node, key: string): Node | undefined => (typeof node === 'string' ? undefined : node[key]);

/** Entries in the order of their indices; an empty list arrives as an empty string. */
function entriesOf(node: Node | undefined): Node[] {
  if (node === undefined || typeof node === 'string') return [];
  return Object.entries(node)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, entry]) => entry);
}

import type { Schema } from '../objects/index.ts';
import { isRecord } from '../store/json.ts';

/** How a list merges: as one value, as a set of scalars, or item by item identified by `keys`. */
export type ListShape = { kind: 'atomic' } | { kind: 'set' } | { kind: 'map'; keys: readonly string[] };

/** Where in a kind's structure a value stands, as far as merging needs to know. */
export interface Structure {
  field(name: string): Structure;
  /** The structure of a list's items. */
  item(): Structure;
  list(items: readonly unknown[]): ListShape;
  /** Whether a map is owned and replaced as a whole. */
  readonly atomic: boolean;
}

const atomicList: ListShape = { kind: 'atomic' };

/**
 * Keys of the lists of built-in kinds, by the field's name: Kubernetes' merge keys are consistent enough that no schema
 * is needed. Of several candidates, the one that the items carry. The first key identifies items in a strategic merge.
 */
const listKeys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [['name']],
  initContainers: [['name']],
  ephemeralContainers: [['name']],
  volumes: [['name']],
  env: [['name']],
  imagePullSecrets: [['name']],
  secrets: [['name']],
  schedulingGates: [['name']],
  webhooks: [['name']],
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  hostAliases: [['ip']],
  podIPs: [['ip']],
  hostIPs: [['ip']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
  conditions: [['type']],
  addresses: [['type']],
  ownerReferences: [['uid']],
};

const setLists = new Set(['finalizers', 'podCIDRs']);

/** Maps that server-side apply treats as one value. */
const atomicMaps = new Set([
  'configMapKeyRef',
  'fieldRef',
  'labelSelector',
  'namespaceSelector',
  'nodeSelector',
  'objectSelector',
  'podSelector',
  'resourceFieldRef',
  'roleRef',
  'secretKeyRef',
  'selector',
  'targetRef',
]);

/**
 * The field that identifies the items of a built-in kind's list, of those that the items can have; empty for a set of
 * scalars, undefined for a list that is one value.
 */
export function mergeKeyOf(name: string, fields: readonly string[]): string | undefined {
  if (setLists.has(name)) return '';
  return listKeys[name]?.find(([key = '']) => fields.includes(key))?.[0];
}

/** The structure of built-in kinds, told by field names. */
export function builtinStructure(name = ''): Structure {
  return {
    field: builtinStructure,
    item: () => builtinStructure(),
    atomic: atomicMaps.has(name),
    list(items) {
      if (setLists.has(name)) return { kind: 'set' };
      const carried = ([key = '']: readonly string[]) => items.every((item) => isRecord(item) && key in item);
      const keys = items.length === 0 ? listKeys[name]?.[0] : listKeys[name]?.find(carried);
      return keys ? { kind: 'map', keys } : atomicList;
    },
  };
}

/** The structure of a custom resource, told by its schema; the metadata is that of every kind. */
export function customStructure(schema: Schema | undefined, depth = 0): Structure {
  return {
    field(name) {
      if (depth === 0 && name === 'metadata') return builtinStructure(name);
      const { properties, additionalProperties } = schema ?? {};
      const further = typeof additionalProperties === 'object' ? additionalProperties : undefined;
      return customStructure(properties?.[name] ?? further, depth + 1);
    },
    item: () => customStructure(schema?.items, depth + 1),
    atomic: schema?.['x-kubernetes-map-type'] === 'atomic',
    list() {
      const type = schema?.['x-kubernetes-list-type'];
      if (type === 'set') return { kind: 'set' };
      const keys = schema?.['x-kubernetes-list-map-keys'];
      return type === 'map' && keys ? { kind: 'map', keys } : atomicList;
    },
  };
}

/** Values that a list key has when an item leaves it out. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

export const keyValue = (item: unknown, key: string): unknown =>
  isRecord(item) ? (item[key] ?? keyDefaults[key]) : undefined;

export const sameItem = (a: unknown, b: unknown, keys: readonly string[]): boolean =>
  keys.every((key) => keyValue(a, key) === keyValue(b, key));

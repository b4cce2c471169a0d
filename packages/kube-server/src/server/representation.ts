import type { KubeObject } from '../objects/index.ts';
import { groupVersion } from '../registry/index.ts';
import { tableOf } from '../table/index.ts';
import type { Exchange } from './exchange.ts';

type Shape = 'full' | 'table' | 'partial';

/** The first form in `Accept` that is served; JSON when it names none. */
function shapeOf(accept: string | undefined): Shape {
  for (const range of (accept ?? '').split(',')) {
    if (/\bas=Table\b/.test(range)) return 'table';
    if (/\bas=PartialObjectMetadata/.test(range)) return 'partial';
    if (/^\s*(application\/json|\*\/\*)\s*(;|$)/.test(range)) return 'full';
  }
  return 'full';
}

/** How this exchange wants to see objects. */
export interface Representation {
  one(object: KubeObject): object;
  list(objects: readonly KubeObject[], metadata: object): object;
  /** For watches: a table's columns come only with the first event. */
  event(object: KubeObject, isFirst: boolean): object;
}

export function representationOf(exchange: Exchange): Representation {
  const full = (object: KubeObject) => inVersion(exchange, object);
  switch (shapeOf(exchange.request.headers.accept)) {
    case 'table':
      return tables(exchange);
    case 'partial':
      return {
        one: partial,
        list: (objects, metadata) =>
          listOf('meta.k8s.io/v1', 'PartialObjectMetadataList', objects.map(partial), metadata),
        event: partial,
      };
    case 'full': {
      const { resource, version } = exchange.target;
      const apiVersion = groupVersion(resource.group, version);
      return {
        one: full,
        list: (objects, metadata) => listOf(apiVersion, resource.listKind, objects.map(full), metadata),
        event: full,
      };
    }
  }
}

const listOf = (apiVersion: string, kind: string, items: readonly object[], metadata: object) => ({
  kind,
  apiVersion,
  metadata,
  items,
});

/** Objects are stored once; all versions of a kind look the same but for their name. */
export function inVersion({ target: { resource, version } }: Exchange, object: KubeObject): KubeObject {
  return { ...object, kind: resource.kind, apiVersion: groupVersion(resource.group, version) };
}

const partial = ({ metadata }: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

const versionOf = ({ metadata: { resourceVersion } }: KubeObject) => ({ resourceVersion });

function tables(exchange: Exchange): Representation {
  const { cluster, target, query } = exchange;
  const include = query.get('includeObject');
  const row = (object: KubeObject) => {
    if (include === 'None') return undefined;
    return include === 'Object' ? inVersion(exchange, object) : partial(object);
  };
  const table = (objects: readonly KubeObject[], metadata: object, withColumns = true) =>
    tableOf(objects, { ...target, nowMs: cluster.clock.now(), metadata, row, withColumns });
  return {
    one: (object) => table([object], versionOf(object)),
    list: table,
    event: (object, isFirst) => table([object], versionOf(object), isFirst),
  };
}

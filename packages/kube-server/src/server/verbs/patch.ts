import { mediaType, parseBody, readBody, unsupportedMediaType } from '../../codec/index.ts';
import type { KubeObject, NewObject } from '../../objects/index.ts';
import { jsonPatch, mergePatch, serverSideApply, strategicMerge } from '../../patch/index.ts';
import { authorize, denialText } from '../../auth/index.ts';
import { forbidden, invalid, notFound } from '../../store/errors.ts';
import { copyJson } from '../../store/index.ts';
import { conform, place } from '../conform.ts';
import { type Exchange, isDryRun, nameOf } from '../exchange.ts';
import { inVersion } from '../representation.ts';
import { structureOf, writerOf } from '../writer.ts';
import { answer, store, writeOptions } from './write.ts';

const applyType = 'application/apply-patch+yaml';
const strategicType = 'application/strategic-merge-patch+json';

const merges: Readonly<Record<string, (target: unknown, patch: unknown) => unknown>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  [strategicType]: strategicMerge,
};

export async function patch(exchange: Exchange): Promise<void> {
  const { cluster, target, request } = exchange;
  const type = mediaType(request.headers['content-type']);
  const merge = merges[type];
  const accepted = [...Object.keys(merges), applyType].filter(
    (name) => name !== strategicType || !target.resource.definition,
  );
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  const body = parseBody(await readBody(request), type);
  const old = cluster.store.get(target.resource.key, target.namespace, nameOf(exchange));
  if (!merge) return apply(exchange, body, old);
  if (!old) throw notFound(target.resource, nameOf(exchange));
  const merged = copyJson(merge(inVersion(exchange, old), body));
  const { object, warnings } = conform(exchange, merged);
  place(exchange, object);
  answer(exchange, { code: 200, object: store(exchange, object, old), warnings });
}

function apply(exchange: Exchange, body: unknown, old: KubeObject | undefined): void {
  const { query } = exchange;
  if (!query.get('fieldManager')) throw noFieldManager(exchange);
  const { object: applied, warnings } = conform(exchange, body);
  place(exchange, applied);
  if (applied.metadata.managedFields?.length) throw managedFieldsGiven(exchange);
  const options = {
    writer: writerOf(exchange),
    structure: structureOf(exchange, applied),
    force: query.get('force') === 'true',
  };
  const current = old && inVersion(exchange, old);
  const merged = copyJson(serverSideApply(current, applied, options)) as KubeObject;
  if (!old) return answer(exchange, { code: 201, object: createApplied(exchange, merged), warnings });
  merged.metadata.resourceVersion = applied.metadata.resourceVersion ?? old.metadata.resourceVersion;
  merged.metadata.uid = applied.metadata.uid ?? old.metadata.uid;
  const object = exchange.cluster.store.update(merged, writeOptions(exchange));
  answer(exchange, { code: 200, object, warnings });
}

/** Applying what does not exist yet needs the right to create it. */
function createApplied(exchange: Exchange, object: NewObject): KubeObject {
  const { cluster, target, user } = exchange;
  const { resource, namespace, name = '', subresource } = target;
  if (subresource !== undefined) throw notFound(resource, name);
  const access = {
    kind: 'resource',
    verb: 'create',
    group: resource.group,
    resource: resource.plural,
    namespace,
  } as const;
  if (!authorize(cluster.store, user, access).allowed) throw forbidden(resource, name, denialText(user, access));
  return cluster.store.create(object, { dryRun: isDryRun(exchange) });
}

const noFieldManager = ({ target }: Exchange) =>
  invalid({ ...target.resource, kind: 'PatchOptions', group: 'meta.k8s.io' }, '', [
    { field: 'fieldManager', reason: 'FieldValueRequired', message: 'Required value: is required for apply patch' },
  ]);

const managedFieldsGiven = ({ target }: Exchange) =>
  invalid(target.resource, target.name, [
    { field: 'metadata.managedFields', reason: 'FieldValueInvalid', message: 'must be nil' },
  ]);

import type { Deployment, KubeObject } from '../../objects/index.ts';
import { jsonPatch, mergePatch, trackUpdate } from '../../patch/index.ts';
import { jsonPath } from '../../table/index.ts';
import { formatSelector } from '../../selectors/index.ts';
import { mediaType, unsupportedMediaType } from '../../codec/index.ts';
import { badRequest } from '../../store/errors.ts';
import { copyJson, isRecord } from '../../store/index.ts';
import { type Exchange, isDryRun } from '../exchange.ts';
import { sendJson } from '../respond.ts';
import { structureOf, writerOf } from '../writer.ts';
import { existing, methodNotAllowed } from '../verbs/read.ts';
import { bodyOf } from '../verbs/write.ts';

/** `autoscaling/v1 Scale` of a workload: GET, PUT and PATCH of its number of replicas. */
export async function scale(exchange: Exchange): Promise<void> {
  const { request, response, cluster } = exchange;
  if (request.method === 'GET') return sendJson(response, 200, scaleOf(existing(exchange)));
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
  const body = await bodyOf(exchange);
  const object = existing(exchange);
  const wanted =
    request.method === 'PUT' ? body : patched(scaleOf(object), body, mediaType(request.headers['content-type']));
  const next = copyJson(object) as Deployment;
  next.spec.replicas = replicasOf(wanted);
  const { resourceVersion } = (wanted as { metadata?: { resourceVersion?: string } }).metadata ?? {};
  if (resourceVersion) next.metadata.resourceVersion = resourceVersion;
  next.metadata.managedFields = trackUpdate(object, next, writerOf(exchange), structureOf(exchange, next));
  sendJson(response, 200, scaleOf(cluster.store.update(next, { dryRun: isDryRun(exchange) })));
}

function patched(scaled: object, body: unknown, type: string): unknown {
  if (type === 'application/json-patch+json') return jsonPatch(scaled, body);
  if (type === 'application/merge-patch+json' || type === 'application/strategic-merge-patch+json') {
    return mergePatch(scaled, body);
  }
  throw unsupportedMediaType(['application/json-patch+json', 'application/merge-patch+json']);
}

function replicasOf(wanted: unknown): number {
  const { replicas } = (isRecord(wanted) && isRecord(wanted['spec']) ? wanted['spec'] : {}) as { replicas?: unknown };
  if (typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0) return replicas;
  throw badRequest('Scale: spec.replicas: Invalid value: must be an integer, 0 or more');
}

function scaleOf(object: KubeObject): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { spec, status } = object as Deployment;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: jsonPath(status, '.replicas') ?? 0, selector: formatSelector(spec.selector) },
  };
}

import { answerReview } from '../../auth/index.ts';
import { parseBody, readBody } from '../../codec/index.ts';
import type { KubeObject } from '../../objects/index.ts';
import { trackUpdate } from '../../patch/index.ts';
import { standardVerbs } from '../../registry/index.ts';
import { invalid } from '../../store/errors.ts';
import { type DeleteOptions, isRecord, type WriteOptions } from '../../store/index.ts';
import { conform, place } from '../conform.ts';
import { type Exchange, isDryRun, nameOf } from '../exchange.ts';
import { representationOf } from '../representation.ts';
import { sendJson, warningHeaders } from '../respond.ts';
import { successStatus } from '../status.ts';
import { structureOf, writerOf } from '../writer.ts';
import { existing, selected } from './read.ts';

export async function bodyOf({ request }: Exchange): Promise<unknown> {
  return parseBody(await readBody(request), request.headers['content-type']);
}

export interface Answer {
  code: number;
  object: KubeObject;
  warnings: readonly string[];
}

export function answer(exchange: Exchange, { code, object, warnings }: Answer): void {
  sendJson(exchange.response, code, representationOf(exchange).one(object), warningHeaders(warnings));
}

export async function create(exchange: Exchange): Promise<void> {
  const { cluster, target, user } = exchange;
  const { object, warnings } = conform(exchange, await bodyOf(exchange));
  place(exchange, object);
  if (target.resource.verbs !== standardVerbs) {
    const context = { credentials: cluster.credentials, user, namespace: target.namespace };
    sendJson(exchange.response, 201, await answerReview(target.resource.plural, object, context));
    return;
  }
  delete object.metadata.managedFields;
  cluster.store.applyDefaults(target.resource.key, object);
  object.metadata.managedFields = trackUpdate(undefined, object, writerOf(exchange), structureOf(exchange, object));
  const created = cluster.store.create(object, { dryRun: isDryRun(exchange) });
  answer(exchange, { code: 201, object: created, warnings });
}

export async function replace(exchange: Exchange): Promise<void> {
  const { object, warnings } = conform(exchange, await bodyOf(exchange));
  place(exchange, object);
  const { resource } = exchange.target;
  if (resource.definition && !object.metadata.resourceVersion) {
    const message = 'Invalid value: 0x0: must be specified for an update';
    throw invalid(resource, nameOf(exchange), [
      { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message },
    ]);
  }
  answer(exchange, { code: 200, object: store(exchange, object, existing(exchange)), warnings });
}

/** Stores a change that is not an apply, with its new owners of fields. */
export function store(exchange: Exchange, next: KubeObject, old: KubeObject): KubeObject {
  const { cluster, target } = exchange;
  if (target.subresource === undefined) cluster.store.applyDefaults(target.resource.key, next);
  next.metadata.managedFields = trackUpdate(old, next, writerOf(exchange), structureOf(exchange, next));
  return cluster.store.update(next, writeOptions(exchange));
}

export function writeOptions(exchange: Exchange): WriteOptions {
  const { subresource } = exchange.target;
  return { dryRun: isDryRun(exchange), subresource: subresource as WriteOptions['subresource'] };
}

export async function remove(exchange: Exchange): Promise<void> {
  const { cluster, target, response } = exchange;
  const options = deleteOptions(exchange, await bodyOf(exchange));
  const { resource } = target;
  const { object, gone } = cluster.store.delete(resource.key, target.namespace, nameOf(exchange), options);
  if (!gone) return answer(exchange, { code: 200, object, warnings: [] });
  const group = resource.group === '' ? {} : { group: resource.group };
  const { name, uid } = object.metadata;
  sendJson(response, 200, successStatus({ name, ...group, kind: resource.plural, uid }));
}

export async function removeCollection(exchange: Exchange): Promise<void> {
  const { cluster, target, response } = exchange;
  const options = deleteOptions(exchange, await bodyOf(exchange));
  const objects = selected(exchange);
  for (const { metadata } of objects) {
    cluster.store.delete(target.resource.key, metadata.namespace, metadata.name, options);
  }
  const { resourceVersion } = cluster.store;
  sendJson(response, 200, representationOf(exchange).list(objects, { resourceVersion }));
}

/** From the body, or from query parameters, which some clients use instead. */
export function deleteOptions(exchange: Exchange, body: unknown): DeleteOptions {
  const { query } = exchange;
  const given = (isRecord(body) ? body : {}) as DeleteOptions & { dryRun?: unknown };
  const grace = query.get('gracePeriodSeconds');
  const inBody = Array.isArray(given.dryRun) && given.dryRun.includes('All');
  return {
    gracePeriodSeconds: grace === null ? given.gracePeriodSeconds : Number(grace),
    propagationPolicy:
      (query.get('propagationPolicy') as DeleteOptions['propagationPolicy']) ?? given.propagationPolicy,
    preconditions: given.preconditions,
    dryRun: inBody || isDryRun(exchange),
  };
}

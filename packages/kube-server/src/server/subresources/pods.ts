import type { Pod } from '../../objects/index.ts';
import { badRequest, conflict } from '../../store/errors.ts';
import { copyJson, timestamp } from '../../store/index.ts';
import { type Exchange, nameOf } from '../exchange.ts';
import { sendJson } from '../respond.ts';
import { successStatus } from '../status.ts';
import { existing } from '../verbs/read.ts';
import { bodyOf, deleteOptions } from '../verbs/write.ts';

/** `Eviction`: a deletion; disruption budgets are stored, not counted. */
export async function evict(exchange: Exchange): Promise<void> {
  const { deleteOptions: inner } = ((await bodyOf(exchange)) ?? {}) as { deleteOptions?: unknown };
  const { cluster, target, response } = exchange;
  cluster.store.delete('pods', target.namespace, nameOf(exchange), deleteOptions(exchange, inner));
  sendJson(response, 201, successStatus({}, 201));
}

/** `Binding`: a scheduler's decision. */
export async function bind(exchange: Exchange): Promise<void> {
  const { target: node } = ((await bodyOf(exchange)) ?? {}) as { target?: { name?: string } };
  const { cluster, target, response } = exchange;
  const pod = copyJson(existing(exchange)) as Pod;
  if (!node?.name) throw badRequest('Binding: target.name: Required value');
  if (pod.spec.nodeName) {
    throw conflict(
      target.resource,
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${pod.spec.nodeName}"`,
    );
  }
  pod.spec.nodeName = node.name;
  cluster.store.update(pod);
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: timestamp(cluster.clock.now()) };
  const { resourceVersion: _any, ...metadata } = pod.metadata;
  cluster.store.updateStatus({ ...pod, metadata, status: { ...pod.status, conditions: [scheduled] } });
  sendJson(response, 201, successStatus({}, 201));
}

import type { Context } from '../context.ts';
import { familyAndRevision, nameOf } from './arns.ts';
import { clientError, clusterNotFound } from './errors.ts';
import { type ClusterRecord, EcsState, type TaskDefinitionRecord, type TaskRecord } from './state.ts';

const defaultCluster = 'default';

/** Short name of a cluster; a call without one means `default`. */
export const clusterName = (reference: string | undefined): string => nameOf(reference || defaultCluster);

/** An ARN of another account or region names nothing here. */
export const isLocal = (reference: string, { account, region }: Context): boolean => {
  if (!reference.startsWith('arn:')) return true;
  const [, , , arnRegion, arnAccount] = reference.split(':');
  return arnRegion === region && arnAccount === account;
};

/** Whatever its state. */
export function findCluster(context: Context, reference: string | undefined): ClusterRecord | undefined {
  if (reference && !isLocal(reference, context)) return undefined;
  return context.state(EcsState).clusters.get(clusterName(reference));
}

/** @throws AwsError ClusterNotFoundException, also for a deleted one. */
export function activeCluster(context: Context, reference: string | undefined): ClusterRecord {
  const cluster = findCluster(context, reference);
  if (cluster?.status !== 'ACTIVE') throw clusterNotFound();
  return cluster;
}

/** A revision, or the latest active one of a family. */
export function findTaskDefinition(context: Context, reference: string): TaskDefinitionRecord | undefined {
  if (!isLocal(reference, context)) return undefined;
  const { family, revision } = familyAndRevision(reference);
  const revisions = context.state(EcsState).families.get(family) ?? [];
  return revision === undefined
    ? revisions.findLast(({ status }) => status === 'ACTIVE')
    : revisions.find((candidate) => candidate.revision === revision);
}

/** One that tasks may be started from. @throws AwsError ClientException */
export function activeTaskDefinition(context: Context, reference = ''): TaskDefinitionRecord {
  const definition = findTaskDefinition(context, reference);
  if (!definition) throw clientError('TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
  return definition;
}

const stoppedTasksStayMs = 3_600_000;

/** Tasks of a cluster that can still be described: stopped ones for an hour. */
export function visibleTasks(cluster: ClusterRecord, nowMs: number): TaskRecord[] {
  for (const [id, { times }] of cluster.tasks) {
    if (times.stoppedAtMs !== undefined && times.stoppedAtMs + stoppedTasksStayMs < nowMs) cluster.tasks.delete(id);
  }
  return [...cluster.tasks.values()];
}

import { paginateListServices } from '@aws-sdk/client-ecs';
import type { AwsClients } from '@meshbed/clients/aws';
import { ready, until, waiting } from '@meshbed/core';
import { tasksOf, taskId } from '../aws/tasks.ts';
import { allOf } from '../cleanup/kinds/pages.ts';
import { parseAccessLine, refusalOf, type AccessRecord } from '../mesh/access-log.ts';
import { taskZtunnelTail } from '../mesh/task-log.ts';
import { addedLines, nodeZtunnels } from '../probes/kubernetes.ts';
import { kubernetesThere, type ClusterThere } from '../run/clusters.ts';
import type { CloudContext } from '../run/context.ts';
import { patienceOf } from '../target.ts';
import { accountOfCluster } from './origin.ts';

/** What one ztunnel of a destination writes, from now on. */
export interface Records {
  /** For people: whose ztunnel. */
  of: string;
  added: () => Promise<readonly string[]>;
}

/** Of each that the destination may be behind; none for hosts outside the mesh. */
export async function recordsOf(context: CloudContext, host: string): Promise<readonly Records[]> {
  const [service = '', place] = host.split('.');
  const aws = place === undefined ? undefined : await accountOfCluster(context, place);
  if (aws && place !== undefined) return taskRecords(aws, { cluster: place, service });
  if (place !== undefined && !host.endsWith('.svc.cluster.local')) return [];
  const clusters = await kubernetesThere(context);
  return (await Promise.all(clusters.map((cluster) => nodeRecords(context, cluster)))).flat();
}

async function taskRecords(aws: AwsClients, of: { cluster: string; service: string }): Promise<Records[]> {
  const { cluster, service } = of;
  const listed = await allOf(paginateListServices({ client: aws.ecs }, { cluster }), ({ serviceArns }) => serviceArns);
  if (!listed.some((arn) => arn.endsWith(`/${service}`))) return [];
  const tasks = await tasksOf(aws.ecs, of, 'RUNNING');
  return Promise.all(
    tasks.map(async (task) => {
      const tail = await taskZtunnelTail(aws, task);
      return { of: `ztunnel of task ${cluster}/${service}/${taskId(task)}`, added: () => tail.added() };
    }),
  );
}

async function nodeRecords({ configuration }: CloudContext, { name, kube }: ClusterThere): Promise<Records[]> {
  const cluster =
    name === 'eks' ? `EKS cluster ${configuration.clusterName}` : `AKS cluster ${configuration.azure.clusterName}`;
  const ztunnels = await nodeZtunnels(kube);
  return Promise.all(
    ztunnels.map(async ({ pod, node, lines }) => ({
      of: `${pod} on node ${node} of ${cluster}`,
      added: await addedLines(lines),
    })),
  );
}

export interface Refusal extends AccessRecord {
  /** `explicitly denied by: NAMESPACE/POLICY` */
  reason: string;
  /** Whose ztunnel recorded it. */
  by: string;
}

const logMs = 20_000;

/** The refusal that was recorded since; undefined when none arrives in time. */
export async function recordedRefusal(
  context: CloudContext,
  records: readonly Records[],
): Promise<Refusal | undefined> {
  const { clock, signal } = context;
  const timeoutMs = logMs * patienceOf(context);
  const deadlineMs = clock.now() + timeoutMs;
  return until<Refusal | undefined>(
    async () => {
      const all = await Promise.all(
        records.map(async ({ of, added }) => (await added()).flatMap((line) => refused(line, of))),
      );
      const [found] = all.flat();
      return found || clock.now() >= deadlineMs ? ready(found) : waiting('no refusal is recorded yet');
    },
    { clock, signal, what: 'record of the refusal', timeoutMs: 2 * timeoutMs },
  );
}

function refused(line: string, by: string): Refusal[] {
  const record = parseAccessLine(line);
  const reason = record?.direction === 'inbound' ? refusalOf(record) : undefined;
  return record && reason !== undefined ? [{ ...record, reason, by }] : [];
}

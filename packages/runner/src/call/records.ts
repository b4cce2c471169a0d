import { paginateListServices } from '@aws-sdk/client-ecs';
import { ready, until, waiting } from '@meshbed/core';
import { tasksOf, taskId } from '../aws/tasks.ts';
import { allOf } from '../cleanup/kinds/pages.ts';
import { parseAccessLine, refusalOf, type AccessRecord } from '../mesh/access-log.ts';
import { taskZtunnelTail } from '../mesh/task-log.ts';
import { addedLines, nodeZtunnelLines } from '../probes/kubernetes.ts';
import { kubernetesThere } from '../run/clusters.ts';
import type { CloudContext } from '../run/context.ts';
import { patienceOf } from '../target.ts';
import { accountOfCluster } from './origin.ts';

/** What the ztunnels of a destination write, from now on. */
export interface Records {
  /** For people: whose ztunnels. */
  of: string;
  added(): Promise<readonly string[]>;
}

/** Undefined for hosts outside the mesh. */
export async function recordsOf(context: CloudContext, host: string): Promise<Records | undefined> {
  const [service = '', place] = host.split('.');
  const aws = place === undefined ? undefined : await accountOfCluster(context, place);
  if (aws && place !== undefined) {
    const listed = await allOf(
      paginateListServices({ client: aws.ecs }, { cluster: place }),
      ({ serviceArns }) => serviceArns,
    );
    if (!listed.some((arn) => arn.endsWith(`/${service}`))) return undefined;
    const tasks = await tasksOf(aws.ecs, { cluster: place, service }, 'RUNNING');
    const tails = await Promise.all(tasks.map((task) => taskZtunnelTail(aws, task)));
    return {
      of: `ztunnel of task ${tasks.map((task) => `${place}/${service}/${taskId(task)}`).join(', ')}`,
      added: async () => (await Promise.all(tails.map((tail) => tail.added()))).flat(),
    };
  }
  if (place !== undefined && !host.endsWith('.svc.cluster.local')) return undefined;
  const clusters = await kubernetesThere(context);
  const added = await addedLines(async () =>
    (await Promise.all(clusters.map(({ kube }) => nodeZtunnelLines(kube)))).flat(),
  );
  return { of: 'ztunnel of a node', added };
}

export interface Refusal extends AccessRecord {
  /** `explicitly denied by: NAMESPACE/POLICY` */
  reason: string;
}

const logMs = 20_000;

/** The refusal that was recorded since; undefined when none arrives in time. */
export async function recordedRefusal(context: CloudContext, records: Records): Promise<Refusal | undefined> {
  const { clock, signal } = context;
  const timeoutMs = logMs * patienceOf(context);
  const deadlineMs = clock.now() + timeoutMs;
  return until<Refusal | undefined>(
    async () => {
      const found = (await records.added()).flatMap(refused)[0];
      return found || clock.now() >= deadlineMs ? ready(found) : waiting('no refusal is recorded yet');
    },
    { clock, signal, what: 'record of the refusal', timeoutMs: 2 * timeoutMs },
  );
}

function refused(line: string): Refusal[] {
  const record = parseAccessLine(line);
  const reason = record?.direction === 'inbound' ? refusalOf(record) : undefined;
  return record && reason !== undefined ? [{ ...record, reason }] : [];
}

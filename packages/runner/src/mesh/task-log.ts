import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTaskDefinitionCommand, type Task } from '@aws-sdk/client-ecs';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import { taskId } from '../aws/tasks.ts';

const container = 'ztunnel';

/** Reads on from where a log ended when the tail was opened. */
export interface LogTail {
  /** All lines since then. */
  added(): Promise<readonly string[]>;
}

/** The log of a task's ztunnel; of a task without one nothing is ever added. */
export async function taskZtunnelTail(aws: AwsClients, task: Task): Promise<LogTail> {
  const place = await placeOf(aws, task);
  const lines: string[] = [];
  if (!place) return { added: async () => lines };
  let { token } = await read(aws, place, { startFromHead: false, limit: 1 });
  return {
    async added() {
      const page = await read(aws, place, { startFromHead: true, nextToken: token });
      lines.push(...page.lines);
      token = page.token ?? token;
      return lines;
    },
  };
}

interface Place {
  logGroupName: string;
  logStreamName: string;
}

interface Page {
  startFromHead: boolean;
  nextToken?: string | undefined;
  limit?: number;
}

/** A stream that doesn't exist yet has no lines, and is read from its head when it does. */
async function read(
  { logs }: AwsClients,
  place: Place,
  page: Page,
): Promise<{ lines: string[]; token: string | undefined }> {
  try {
    const { events = [], nextForwardToken } = await logs.send(new GetLogEventsCommand({ ...place, ...page }));
    return { lines: events.flatMap(({ message }) => message ?? []), token: nextForwardToken };
  } catch (error) {
    if (isNotFound(error)) return { lines: [], token: undefined };
    throw error;
  }
}

/** What a revision says about its log. */
interface Logging {
  group: string;
  prefix: string;
}

/** Revisions never change, so that one look is enough. */
const known = new WeakMap<AwsClients, Map<string, Promise<Logging | undefined>>>();

/** The log stream is `prefix/container/task`. */
async function placeOf(aws: AwsClients, task: Task): Promise<Place | undefined> {
  const revision = task.taskDefinitionArn ?? '';
  const revisions = known.get(aws) ?? new Map<string, Promise<Logging | undefined>>();
  known.set(aws, revisions);
  const logging = revisions.get(revision) ?? loggingOf(aws, revision);
  revisions.set(revision, logging);
  logging.catch(() => revisions.delete(revision));
  const found = await logging;
  return found && { logGroupName: found.group, logStreamName: `${found.prefix}/${container}/${taskId(task)}` };
}

async function loggingOf({ ecs }: AwsClients, revision: string): Promise<Logging | undefined> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: revision }));
  const { containerDefinitions = [] } = taskDefinition ?? {};
  const options = containerDefinitions.find(({ name }) => name === container)?.logConfiguration?.options;
  return options && { group: options['awslogs-group'] ?? '', prefix: options['awslogs-stream-prefix'] ?? '' };
}

import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
  type Task,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { AwsClients } from '@meshbed/clients/aws';
import { taskId } from '../../aws/tasks.ts';
import { allOf } from '../../cleanup/kinds/pages.ts';
import type { Keep, Part, Scene } from '../types.ts';

const lines = 1000;

export const ecs: Part = {
  folder: 'ecs',
  about: 'clusters, services with their events, tasks (stopped ones too) with their revisions and logs, per account',
  collect: ({ accounts, configuration }, keep) =>
    Promise.all(
      accounts.map(async ({ name, aws }) => {
        const arns = await allOf(paginateListClusters({ client: aws.ecs }, {}), ({ clusterArns }) => clusterArns);
        const own = arns.filter((arn) => arn.split('/').at(-1)?.startsWith(`ecs-${configuration.clusterName}-`));
        await Promise.all(
          own.map((arn) => oneCluster({ aws, arn, folder: `ecs/${name}/${arn.split('/').at(-1)}` }, keep)),
        );
      }),
    ),
};

interface OneCluster {
  aws: AwsClients;
  arn: string;
  folder: string;
}

async function oneCluster({ aws, arn: cluster, folder }: OneCluster, keep: Keep): Promise<void> {
  const { ecs: client } = aws;
  const [tasks = []] = await Promise.all([
    keep(`${folder}/tasks.json`, () => tasksIn(aws, cluster)),
    keep(`${folder}/cluster.json`, async () => {
      return (await client.send(new DescribeClustersCommand({ clusters: [cluster], include: ['TAGS'] }))).clusters;
    }),
    keep(`${folder}/services.json`, async () => {
      const services = await allOf(paginateListServices({ client }, { cluster }), ({ serviceArns }) => serviceArns);
      if (services.length === 0) return [];
      return (await client.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] }))).services;
    }),
  ]);
  const revisions = [...new Set(tasks.flatMap(({ taskDefinitionArn }) => taskDefinitionArn ?? []))];
  const definitions = await Promise.all(revisions.map((arn) => oneRevision({ aws, arn, folder }, keep)));
  const known = new Map(revisions.map((arn, index) => [arn, definitions[index]]));
  await Promise.all(
    tasks.map((task) => taskLogs({ aws, folder, task, revision: known.get(task.taskDefinitionArn ?? '') }, keep)),
  );
}

async function tasksIn({ ecs: client }: AwsClients, cluster: string): Promise<Task[]> {
  const listed = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      allOf(paginateListTasks({ client }, { cluster, desiredStatus }), ({ taskArns }) => taskArns),
    ),
  );
  const arns = [...new Set(listed.flat())].slice(0, 100);
  return arns.length === 0 ? [] : ((await client.send(new DescribeTasksCommand({ cluster, tasks: arns }))).tasks ?? []);
}

const oneRevision = ({ aws, arn, folder }: OneCluster, keep: Keep): Promise<TaskDefinition | undefined> =>
  keep(`${folder}/revisions/${arn.split('/').at(-1)?.replace(':', '-')}.json`, async () => {
    const { taskDefinition } = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
    return taskDefinition;
  });

interface LoggedTask {
  aws: Scene['local'];
  folder: string;
  task: Task;
  revision: TaskDefinition | undefined;
}

/** The access log of the ztunnel among them. */
async function taskLogs({ aws, folder, task, revision }: LoggedTask, keep: Keep): Promise<void> {
  await Promise.all(
    (revision?.containerDefinitions ?? []).map(async ({ name = '', logConfiguration: { options = {} } = {} }) => {
      const { 'awslogs-group': logGroupName, 'awslogs-stream-prefix': prefix } = options;
      if (logGroupName === undefined || prefix === undefined) return;
      const logStreamName = `${prefix}/${name}/${taskId(task)}`;
      await keep(`${folder}/logs/${taskId(task)}/${name}.log`, async () => {
        const { events = [] } = await aws.logs.send(
          new GetLogEventsCommand({ logGroupName, logStreamName, limit: lines }),
        );
        return events.map(({ message = '' }) => `${message}\n`).join('');
      });
    }),
  );
}

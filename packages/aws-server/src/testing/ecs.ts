import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type LogConfiguration,
  type NetworkConfiguration,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { virtualClock, type VirtualClock } from '@meshbed/core';
import type { ImageCatalogue } from '../hosts.ts';
import type { Profile } from '@meshbed/core';
import { FakeRuntime } from './fake-runtime.ts';
import { addTestNetwork } from './two-vpcs.ts';
import { addRole, asAdministrator } from './roles.ts';
import { type TestServer, testServer } from './server.ts';

export const cluster = 'ecs-demo-1';
export const role = 'arn:aws:iam::111111111111:role/ecs/ambient/eks-ecs-task-role';

export const networkConfiguration: NetworkConfiguration = {
  awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-1'], assignPublicIp: 'ENABLED' },
};

export const logConfiguration: LogConfiguration & { options: Record<string, string> } = {
  logDriver: 'awslogs',
  options: { 'awslogs-group': '/ecs/ecs-demo', 'awslogs-region': 'us-east-2', 'awslogs-stream-prefix': 'demo' },
};

export const echo: ContainerDefinition = {
  name: 'echo',
  image: 'example/echo:latest',
  essential: true,
  portMappings: [{ containerPort: 8080 }],
  environment: [{ name: 'PORT', value: '8080' }],
  logConfiguration,
};

export const echoDefinition: RegisterTaskDefinitionCommandInput = {
  family: 'echo-service-definition',
  taskRoleArn: role,
  executionRoleArn: role,
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [echo],
};

export const echoService: CreateServiceCommandInput = {
  cluster,
  serviceName: 'echo-service',
  taskDefinition: 'echo-service-definition',
  desiredCount: 1,
  launchType: 'FARGATE',
  enableExecuteCommand: true,
  networkConfiguration,
};

export interface EcsBed extends AsyncDisposable {
  server: TestServer;
  runtime: FakeRuntime;
  clock: VirtualClock;
  ecs: ECSClient;
  service(name?: string): Promise<Service>;
  task(id: string | undefined): Promise<Task>;
  /** Tasks of a service that are to run. */
  tasksOf(serviceName: string): Promise<Task[]>;
  createService(more?: Partial<CreateServiceCommandInput>): Promise<Service>;
  register(more?: Partial<RegisterTaskDefinitionCommandInput>): Promise<string>;
  run(more?: Partial<RunTaskCommandInput>): Promise<Task>;
}

const permissions = ['logs:*', 'ssmmessages:*'];

/** A server with a network, a cluster, a task role, a log group and the echo task definition. */
export async function ecsBed(
  options: { profile?: Profile; images?: ImageCatalogue; permissions?: string[] } = {},
): Promise<EcsBed> {
  const clock = virtualClock(Date.now());
  const runtime = new FakeRuntime();
  const server = await testServer({ profile: 'instant', ...options, clock, runtime });
  addTestNetwork(server.fabric);
  await addRole(server, {
    name: 'eks-ecs-task-role',
    path: '/ecs/ambient/',
    service: 'ecs-tasks.amazonaws.com',
    actions: options.permissions ?? permissions,
  });
  await asAdministrator(server, 'logs', 'CreateLogGroup', { logGroupName: '/ecs/ecs-demo' });
  const ecs = new ECSClient({ ...server.client(), systemClockOffset: 0 });
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await ecs.send(new RegisterTaskDefinitionCommand(echoDefinition));
  return bedOf({ server, runtime, clock, ecs });
}

function bedOf(parts: Pick<EcsBed, 'server' | 'runtime' | 'clock' | 'ecs'>): EcsBed {
  const { ecs, server, clock } = parts;
  const send: ECSClient['send'] = ((command: never) => {
    ecs.config.systemClockOffset = clock.now() - Date.now();
    return ecs.send(command);
  }) as never;
  const describe = async (tasks: string[]) =>
    tasks.length === 0
      ? []
      : ((await send(new DescribeTasksCommand({ cluster, tasks, include: ['TAGS'] }))).tasks ?? []);
  return {
    ...parts,
    ecs: { send, config: ecs.config } as unknown as ECSClient,
    async service(name = 'echo-service') {
      const { services } = await send(new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] }));
      return services?.[0] ?? {};
    },
    task: async (id) => (await describe([id ?? '']))[0] ?? {},
    async tasksOf(serviceName) {
      const { taskArns = [] } = await send(new ListTasksCommand({ cluster, serviceName }));
      return describe(taskArns);
    },
    async createService(more = {}) {
      return (await send(new CreateServiceCommand({ ...echoService, ...more }))).service ?? {};
    },
    async register(more = {}) {
      const { taskDefinition } = await send(new RegisterTaskDefinitionCommand({ ...echoDefinition, ...more }));
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    async run(more = {}) {
      const input = {
        cluster,
        taskDefinition: 'echo-service-definition',
        launchType: 'FARGATE' as const,
        networkConfiguration,
      };
      return (await send(new RunTaskCommand({ ...input, ...more }))).tasks?.[0] ?? {};
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

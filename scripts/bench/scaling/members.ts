// ECS clusters whose services are in the mesh from their first task on.
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { KubeApi, KubeObject } from '@meshbed/kube-client';
import { defaultConfiguration } from '@meshbed/runner';
import { encodeBootstrapToken } from '../../../packages/mesh/src/bootstrap.ts';
import {
  istiodAddress,
  networkOf,
  rootCertificate,
  ztunnelImage,
} from '../../../packages/mesh/src/istioctl/ecs/cluster.ts';
import { withSidecar } from '../../../packages/mesh/src/istioctl/ecs/task-definition.ts';
import type { Network } from './networks.ts';
import type { Member } from './topology.ts';

export interface Account {
  network: Network;
  taskRole: string;
}

export interface MeshFacts {
  kube: KubeApi;
  address: string;
  network: string;
  image: string;
  rootCertificate: string;
}

const serviceAccount = 'scale-sa';
export const logGroup = '/ecs/scale';

export async function meshFacts(kube: KubeApi): Promise<MeshFacts> {
  const [{ address }, network, image, certificate] = await Promise.all([
    istiodAddress(kube),
    networkOf(kube),
    ztunnelImage(kube),
    rootCertificate(kube, 'istio-system'),
  ]);
  return { kube, address, network, image, rootCertificate: certificate };
}

export async function createMember(mesh: MeshFacts, member: Member, account: Account): Promise<void> {
  const { name } = member;
  const { kube } = mesh;
  const labels = { 'istio.io/dataplane-mode': 'ambient' };
  await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } } as KubeObject, 'bench');
  const annotations = { 'ecs.solo.io/role-arn': account.taskRole };
  const metadata = { namespace: name, name: serviceAccount, annotations };
  await kube.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata } as KubeObject, 'bench');
  const { ecs } = account.network.aws;
  const tags = [{ key: 'ecs.solo.io/discovery-enabled', value: 'true' }];
  await ecs.send(new CreateClusterCommand({ clusterName: name, tags }));
  for (const workload of workloads) await createService(mesh, member, { account, workload });
}

interface Workload {
  service: string;
  container: ContainerDefinition;
}

const { images } = defaultConfiguration;

const workloads: readonly Workload[] = [
  {
    service: 'shell-task',
    container: { name: 'shell', image: images.shell, command: ['sleep', '36000'], ...listening(80) },
  },
  { service: 'echo-service', container: { name: 'echo-service', image: images.echo, ...listening(8080) } },
];

function listening(containerPort: number): ContainerDefinition {
  const options = { 'awslogs-group': logGroup, 'awslogs-region': 'us-east-2', 'awslogs-stream-prefix': 'app' };
  return { portMappings: [{ containerPort }], logConfiguration: { logDriver: 'awslogs', options } };
}

async function createService(
  mesh: MeshFacts,
  { name }: Member,
  { account, workload }: { account: Account; workload: Workload },
): Promise<void> {
  const { network, taskRole } = account;
  const { ecs } = network.aws;
  const token = { ...place(mesh, name), istiodAddress: mesh.address, rootCertificate: mesh.rootCertificate };
  const sidecar = { image: mesh.image, bootstrapToken: encodeBootstrapToken(token) };
  const definition: TaskDefinition = {
    family: `${name}-${workload.service}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    taskRoleArn: taskRole,
    executionRoleArn: taskRole,
    containerDefinitions: [workload.container],
  };
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(withSidecar(definition, [], sidecar)));
  await ecs.send(
    new CreateServiceCommand({
      cluster: name,
      serviceName: workload.service,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 1,
      launchType: 'FARGATE',
      propagateTags: 'SERVICE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: network.subnets, securityGroups: [network.group], assignPublicIp: 'ENABLED' },
      },
      tags: [
        { key: 'ecs.solo.io/service-account', value: serviceAccount },
        { key: 'ecs.solo.io/namespace', value: name },
      ],
    }),
  );
}

const place = ({ network }: MeshFacts, namespace: string) =>
  ({ namespace, serviceAccount, network, platform: 'ecs', clusterId: 'Kubernetes' }) as const;

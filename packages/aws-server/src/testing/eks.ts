import { CreateClusterCommand, type CreateClusterCommandInput, EKSClient } from '@aws-sdk/client-eks';
import { virtualClock, type VirtualClock } from '@meshbed/core';
import type { Profile } from '@meshbed/core';
import { FakeKubernetes } from './fake-kubernetes.ts';
import { addTestNetwork } from './two-vpcs.ts';
import { addRole } from './roles.ts';
import { type TestServer, testServer } from './server.ts';

export const name = 'istio-ecs-demo';

const account = 'arn:aws:iam::111111111111:role';
export const clusterRole: string = `${account}/eks-cluster-role`;
export const nodeRole: string = `${account}/eks-node-role`;
export const podRole: string = `${account}/istiod-role`;

export interface EksBed extends AsyncDisposable {
  server: TestServer;
  kubernetes: FakeKubernetes;
  clock: VirtualClock;
  /** Follows the virtual clock. */
  eks: EKSClient;
  create(more?: Partial<CreateClusterCommandInput>): Promise<unknown>;
  /** Lets everything scheduled happen. */
  settle(): Promise<void>;
}

/** As long as the slowest profile needs until all of AWS knows a role. */
const propagationMs = 15_000;

/** A server with a network and the roles that a cluster needs. */
export async function eksBed({ profile = 'instant' }: { profile?: Profile } = {}): Promise<EksBed> {
  const clock = virtualClock(Date.now());
  const kubernetes = new FakeKubernetes();
  const server = await testServer({ profile, clock, kubernetes });
  addTestNetwork(server.fabric);
  await addRole(server, {
    name: 'eks-cluster-role',
    service: 'eks.amazonaws.com',
    managed: ['AmazonEKSClusterPolicy'],
  });
  const managed = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly'];
  await addRole(server, { name: 'eks-node-role', service: 'ec2.amazonaws.com', managed });
  await addRole(server, { name: 'istiod-role', service: 'pods.eks.amazonaws.com', actions: ['sts:*'] });
  await clock.advance(propagationMs);
  const client = new EKSClient(server.client());
  const send = (command: never) => {
    client.config.systemClockOffset = clock.now() - Date.now();
    return client.send(command);
  };
  return {
    server,
    kubernetes,
    clock,
    eks: { send, config: client.config } as unknown as EKSClient,
    create: (more = {}) =>
      send(
        new CreateClusterCommand({
          name,
          roleArn: clusterRole,
          resourcesVpcConfig: { subnetIds: ['subnet-a', 'subnet-b'] },
          accessConfig: { authenticationMode: 'API' },
          bootstrapSelfManagedAddons: false,
          ...more,
        }) as never,
      ),
    settle: () => clock.advance(100),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

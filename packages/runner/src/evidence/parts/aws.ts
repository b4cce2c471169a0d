import * as ec2 from '@aws-sdk/client-ec2';
import * as eks from '@aws-sdk/client-eks';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import { allOf } from '../../cleanup/kinds/pages.ts';
import { names } from '../../configuration/names.ts';
import { readRole } from '../../explain/facts/discovery.ts';
import type { Part } from '../types.ts';

/** File → what is asked. */
const reads: Readonly<Record<string, (aws: AwsClients, clusterName: string) => Promise<unknown>>> = {
  identity: ({ sts }) => sts.send(new GetCallerIdentityCommand({})),
  vpcs: ({ ec2: client }) => allOf(ec2.paginateDescribeVpcs({ client }, {}), (page) => page.Vpcs),
  subnets: ({ ec2: client }) => allOf(ec2.paginateDescribeSubnets({ client }, {}), (page) => page.Subnets),
  'route-tables': ({ ec2: client }) =>
    allOf(ec2.paginateDescribeRouteTables({ client }, {}), (page) => page.RouteTables),
  'security-groups': ({ ec2: client }) =>
    allOf(ec2.paginateDescribeSecurityGroups({ client }, {}), (page) => page.SecurityGroups),
  'network-interfaces': ({ ec2: client }) =>
    allOf(ec2.paginateDescribeNetworkInterfaces({ client }, {}), (page) => page.NetworkInterfaces),
  'nat-gateways': ({ ec2: client }) =>
    allOf(ec2.paginateDescribeNatGateways({ client }, {}), (page) => page.NatGateways),
  'internet-gateways': ({ ec2: client }) =>
    allOf(ec2.paginateDescribeInternetGateways({ client }, {}), (page) => page.InternetGateways),
  peerings: ({ ec2: client }) =>
    allOf(ec2.paginateDescribeVpcPeeringConnections({ client }, {}), (page) => page.VpcPeeringConnections),
  addresses: async ({ ec2: client }) => (await client.send(new ec2.DescribeAddressesCommand({}))).Addresses,
  'load-balancers': loadBalancers,
  'target-health': targetHealth,
  roles,
};

/** Only where the cluster is. */
const homeReads: typeof reads = {
  'eks-cluster': async ({ eks: client }, name) => (await client.send(new eks.DescribeClusterCommand({ name }))).cluster,
  'eks-node-groups': ({ eks: client }, clusterName) =>
    described(
      allOf(eks.paginateListNodegroups({ client }, { clusterName }), (page) => page.nodegroups),
      async (nodegroupName) => {
        return (await client.send(new eks.DescribeNodegroupCommand({ clusterName, nodegroupName }))).nodegroup;
      },
    ),
  'eks-addons': ({ eks: client }, clusterName) =>
    described(
      allOf(eks.paginateListAddons({ client }, { clusterName }), (page) => page.addons),
      async (addonName) => {
        return (await client.send(new eks.DescribeAddonCommand({ clusterName, addonName }))).addon;
      },
    ),
  'pod-identity-associations': ({ eks: client }, clusterName) =>
    described(
      allOf(eks.paginateListPodIdentityAssociations({ client }, { clusterName }), (page) => page.associations),
      async ({ associationId }) => {
        const command = new eks.DescribePodIdentityAssociationCommand({ clusterName, associationId });
        return (await client.send(command)).association;
      },
    ),
};

export const aws: Part = {
  folder: 'aws',
  about: 'what the describe calls of each account say: network, load balancers, EKS, roles with their policies',
  collect: ({ accounts, configuration: { clusterName } }, keep) =>
    Promise.all(
      accounts.flatMap(({ name, aws: clients }) =>
        Object.entries({ ...reads, ...(name === 'local' ? homeReads : {}) }).map(([file, read]) =>
          keep(`aws/${name}/${file}.json`, () => read(clients, clusterName)),
        ),
      ),
    ),
};

async function described<T>(listed: Promise<T[]>, describe: (item: T) => Promise<unknown>): Promise<unknown[]> {
  return Promise.all((await listed).map(describe));
}

function loadBalancers({ loadBalancers: client }: AwsClients): Promise<elb.LoadBalancer[]> {
  return allOf(elb.paginateDescribeLoadBalancers({ client }, {}), (page) => page.LoadBalancers);
}

async function targetHealth({ loadBalancers: client }: AwsClients): Promise<unknown> {
  const groups = await allOf(elb.paginateDescribeTargetGroups({ client }, {}), (page) => page.TargetGroups);
  return Promise.all(
    groups.map(async (group) => {
      const command = new elb.DescribeTargetHealthCommand({ TargetGroupArn: group.TargetGroupArn });
      return { group, health: (await client.send(command)).TargetHealthDescriptions };
    }),
  );
}

/** Those of istiod and of the tasks; who may assume them, and what they allow. */
async function roles(clients: AwsClients, clusterName: string): Promise<unknown> {
  const { local, external } = names.discoveryRoles;
  const wanted = [names.taskRole, local, external, 'istiod-role', `istiod-eks-ecs-${clusterName}`];
  const { id } = clients.access;
  return Promise.all(
    wanted.map((name) =>
      readRole([clients], `arn:aws:iam::${id}:role/${name}`).catch((error: unknown) => {
        if (isNotFound(error)) return { state: 'missing', name };
        throw error;
      }),
    ),
  );
}

import { type Cluster, DescribeClusterCommand, ListClustersCommand } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import { type Aws, connectAws } from '../aws.ts';
import type { Call } from '../context.ts';
import { stackNames } from '../stacks/names.ts';
import { findStack } from '../stacks/work.ts';
import { configOf, oneName } from './names.ts';
import { print } from './output.ts';

/** @throws MeshbedError when there is none of that name */
export async function describeCluster({ eks }: Aws, name: string): Promise<Cluster> {
  try {
    return (await eks.send(new DescribeClusterCommand({ name }))).cluster ?? {};
  } catch (cause) {
    throw new MeshbedError(
      'cloud/eks-cluster',
      `unable to describe cluster control plane: ${(cause as Error).message}`,
      {
        cause,
        object: name,
      },
    );
  }
}

/** `get cluster [NAME]`: all of a region with whether eksctl made them, or one of them in detail. */
export async function getCluster(call: Call): Promise<void> {
  const config = await configOf(call);
  using aws = await connectAws(call, config?.metadata.region);
  const isNamed = config !== undefined || call.words.length > 0 || call.flags['name'] !== undefined;
  if (isNamed) return showOne(call, aws, oneName('name', call, config?.metadata.name));
  const { clusters = [] } = await aws.eks.send(new ListClustersCommand({}));
  const rows = await Promise.all(
    clusters.map(async (name) => [name, aws.region, (await isOurs(aws, name)) ? 'True' : 'False'] as const),
  );
  if (rows.length === 0 && call.flags['output'] === undefined) return call.context.write('No clusters found\n');
  print(call, {
    header: ['NAME', 'REGION', 'EKSCTL CREATED'],
    rows,
    objects: rows.map(([name, region, eksctlCreated]) => ({ metadata: { name, region }, status: { eksctlCreated } })),
  });
}

const isOurs = async (aws: Aws, name: string) => (await findStack(aws, stackNames.cluster(name))) !== undefined;

async function showOne(call: Call, aws: Aws, name: string): Promise<void> {
  const cluster = await describeCluster(aws, name);
  const { version = '', status = '', createdAt, resourcesVpcConfig: network = {} } = cluster;
  const groups = [network.clusterSecurityGroupId, ...(network.securityGroupIds ?? [])].filter(Boolean);
  print(call, {
    header: ['NAME', 'VERSION', 'STATUS', 'CREATED', 'VPC', 'SUBNETS', 'SECURITYGROUPS', 'PROVIDER'],
    rows: [
      [
        name,
        version,
        status,
        createdAt?.toISOString().replace(/\.\d+Z$/, 'Z') ?? '',
        network.vpcId ?? '',
        (network.subnetIds ?? []).join(','),
        groups.join(','),
        'EKS',
      ],
    ],
    objects: [pascal(cluster)],
  });
}

/** Members as the Go SDK spells them, which is what eksctl prints. */
function pascal(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      spelled(name, inner),
    ]),
  );
}

function spelled(name: string, value: unknown): unknown {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
  return isPlain && name !== 'tags' ? pascal(value) : value;
}

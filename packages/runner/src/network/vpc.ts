import {
  CreateVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { ready, waiting } from '@meshbed/core';
import { ownedAs, tagged } from '../aws/tags.ts';
import type { Configuration } from '../configuration/index.ts';
import type { StepContext } from '../steps/types.ts';

export interface WantedVpc {
  name: string;
  cidr: string;
}

export async function findVpc(
  { ec2 }: AwsClients,
  name: string,
  configuration: Configuration,
): Promise<Vpc | undefined> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: ownedAs(name, configuration) }));
  return Vpcs[0];
}

/** Names of the VPC of the EKS cluster and of what is in it begin with the name of the cluster. */
export const eksVpcName = ({ clusterName }: Configuration): string => `${clusterName}/VPC`;

/** Returns its id when it is available and its names and resolver are on. */
export async function ensureVpc(step: StepContext, aws: AwsClients, { name, cidr }: WantedVpc): Promise<string> {
  const find = () => findVpc(aws, name, step.configuration);
  const { VpcId = '' } = await step.ensure<Vpc>({
    kind: 'VPC',
    name,
    find,
    async create() {
      const TagSpecifications = tagged('vpc', name, step.configuration);
      const { Vpc: vpc } = await aws.ec2.send(new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications }));
      return vpc as Vpc;
    },
  });
  await step.wait({
    what: `VPC ${VpcId}`,
    timeoutMs: 60_000,
    condition: async () => {
      const vpc = await find();
      return vpc?.State === 'available' ? ready(vpc) : waiting(`VPC ${VpcId} is ${vpc?.State ?? 'not visible yet'}`);
    },
  });
  await ensureDns(step, aws, VpcId);
  return VpcId;
}

/** One attribute per call, names only after resolution; the endpoints of EKS need both. */
async function ensureDns(step: StepContext, { ec2 }: AwsClients, VpcId: string): Promise<void> {
  const has = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') => {
    const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
    return (answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value === true;
  };
  await step.ensure({
    kind: 'DNS of VPC',
    name: VpcId,
    find: async () => ((await has('enableDnsSupport')) && (await has('enableDnsHostnames')) ? VpcId : undefined),
    async create() {
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: true } }));
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
      return VpcId;
    },
  });
}

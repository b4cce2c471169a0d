import {
  DescribeAddressesCommand,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { paginateListClusters } from '@aws-sdk/client-eks';
import type { AwsClients } from '@meshbed/clients/aws';
import { clusterTag } from '../../aws/tags.ts';
import { allOf } from '../../cleanup/kinds/pages.ts';
import type { Configuration } from '../../configuration/index.ts';
import { resourcesOf } from '../../plan/resources.ts';
import type { AccountCheck, Noted } from '../types.ts';

interface Tagged {
  Tags?: { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

interface Quota {
  /** As plans call it. */
  title: string;
  /** What AWS gives to every account; it may have been raised. */
  usual: number;
  list: (aws: AwsClients, configuration: Configuration) => Promise<readonly Tagged[]>;
  code: string;
}

/** Per region. Source: default quotas of VPC and EKS in the Service Quotas console. */
const quotas: readonly Quota[] = [
  {
    title: 'VPC',
    usual: 5,
    code: 'vpc L-F678F1CE',
    list: ({ ec2: client }) => allOf(paginateDescribeVpcs({ client }, {}), ({ Vpcs }) => Vpcs),
  },
  {
    title: 'Internet gateway',
    usual: 5,
    code: 'vpc L-A4707A72',
    list: ({ ec2: client }) =>
      allOf(paginateDescribeInternetGateways({ client }, {}), ({ InternetGateways }) => InternetGateways),
  },
  {
    title: 'elastic IP address',
    usual: 5,
    code: 'ec2 L-0263D0A3',
    list: async ({ ec2 }) => (await ec2.send(new DescribeAddressesCommand({}))).Addresses ?? [],
  },
  {
    title: 'NAT gateway',
    usual: 5,
    code: 'vpc L-FE5A380F',
    list: async ({ ec2: client }) => {
      const all = await allOf(paginateDescribeNatGateways({ client }, {}), ({ NatGateways }) => NatGateways);
      return all.filter(({ State }) => State === 'available' || State === 'pending');
    },
  },
  {
    title: 'EKS cluster',
    usual: 100,
    code: 'eks L-1194D53C',
    // A list has no tags; whose the name is says the check of names.
    list: async ({ eks: client }, { clusterName }) => {
      const found = await allOf(paginateListClusters({ client }, {}), ({ clusters }) => clusters);
      return found.map((name) => (name === clusterName ? { Tags: [{ Key: clusterTag, Value: name }] } : {}));
    },
  },
];

/** Whether what is still to be made fits beside what is there. */
export const quotaCheck: AccountCheck = {
  id: 'quotas',
  class: 'cloud',
  look: ({ scenario, configuration }, { name, aws }) => {
    const everything = new Set<string>(scenario.steps.map(({ id }) => id));
    const planned = resourcesOf(scenario, configuration, everything).filter(({ account }) => account === name);
    const wanted = quotas.filter(({ title }) => planned.some((each) => each.title === title));
    return Promise.all(
      wanted.map(async ({ title, usual, list, code }) => {
        const there = await list(aws, configuration);
        const ours = there.filter((each) => isOurs(each, configuration)).length;
        const more = Math.max(0, planned.filter((each) => each.title === title).length - ours);
        return quotaFinding({ title, usual, code, used: there.length, more, account: aws.access.id });
      }),
    );
  },
};

const isOurs = ({ Tags = [] }: Tagged, { clusterName }: Configuration) =>
  Tags.some(({ Key, Value }) => Key === clusterTag && Value === clusterName);

interface Usage {
  title: string;
  usual: number;
  code: string;
  used: number;
  more: number;
  account: string;
}

export function quotaFinding({ title, usual, code, used, more, account }: Usage): Noted {
  const object = `${title}, account ${account}`;
  const says = `${used} there, ${more} more wanted, ${usual} is the usual quota`;
  if (used + more <= usual) return { verdict: 'ok', object, says };
  const [service = '', quota = ''] = code.split(' ');
  const fix = `see whether yours was raised: aws service-quotas get-service-quota --service-code ${service} --quota-code ${quota}`;
  return { verdict: 'warning', object, says, fix };
}

import {
  DescribeAddressesCommand,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { paginateListClusters } from '@aws-sdk/client-eks';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { AwsAccess, AwsClients } from '@meshbed/clients/aws';
import { messageOf } from '@meshbed/core';
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
  service: string;
  code: string;
  /** What AWS gives to every account; it may have been raised. */
  usual: number;
  /** Of what counts, as much as there is in one place that the quota is for. */
  list: (aws: AwsClients, configuration: Configuration) => Promise<readonly Tagged[]>;
}

/** Per region. Source: default quotas of VPC and EKS in the Service Quotas console. */
const quotas: readonly Quota[] = [
  {
    title: 'VPC',
    service: 'vpc',
    code: 'L-F678F1CE',
    usual: 5,
    list: ({ ec2: client }) => allOf(paginateDescribeVpcs({ client }, {}), ({ Vpcs }) => Vpcs),
  },
  {
    title: 'Internet gateway',
    service: 'vpc',
    code: 'L-A4707A72',
    usual: 5,
    list: ({ ec2: client }) =>
      allOf(paginateDescribeInternetGateways({ client }, {}), ({ InternetGateways }) => InternetGateways),
  },
  {
    title: 'elastic IP address',
    service: 'ec2',
    code: 'L-0263D0A3',
    usual: 5,
    list: async ({ ec2 }) => (await ec2.send(new DescribeAddressesCommand({}))).Addresses ?? [],
  },
  { title: 'NAT gateway', service: 'vpc', code: 'L-FE5A380F', usual: 5, list: natGatewaysInOneZone },
  {
    title: 'EKS cluster',
    service: 'eks',
    code: 'L-1194D53C',
    usual: 100,
    // A list has no tags; whose the name is says the check of names.
    list: async ({ eks: client }, { clusterName }) => {
      const found = await allOf(paginateListClusters({ client }, {}), ({ clusters }) => clusters);
      return found.map((name) => (name === clusterName ? { Tags: [{ Key: clusterTag, Value: name }] } : {}));
    },
  },
];

/** The quota is one per zone; which zone a run takes is not known before, so the fullest counts. */
async function natGatewaysInOneZone({ ec2: client }: AwsClients): Promise<readonly Tagged[]> {
  const all = await allOf(paginateDescribeNatGateways({ client }, {}), ({ NatGateways }) => NatGateways);
  const there = all.filter(({ State = '' }) => ['pending', 'available', 'deleting'].includes(State));
  const subnets = await allOf(paginateDescribeSubnets({ client }, {}), ({ Subnets }) => Subnets);
  const zoneOf = new Map(subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]));
  const zones = Map.groupBy(there, ({ SubnetId }) => zoneOf.get(SubnetId));
  return [...zones.values()].toSorted((one, other) => other.length - one.length)[0] ?? [];
}

/** Whether what is still to be made fits beside what is there. */
export const quotaCheck: AccountCheck = {
  id: 'quotas',
  class: 'cloud',
  look: ({ scenario, configuration }, { name, profile, aws }) => {
    const everything = new Set<string>(scenario.steps.map(({ id }) => id));
    const planned = resourcesOf(scenario, configuration, everything).filter(({ account }) => account === name);
    const wanted = quotas.filter(({ title }) => planned.some((each) => each.title === title));
    const finding = async (quota: Quota) => {
      const [there, applied] = await Promise.all([quota.list(aws, configuration), appliedQuota(aws, quota)]);
      const ours = there.filter((each) => isOurs(each, configuration)).length;
      const more = Math.max(0, planned.filter((each) => each.title === quota.title).length - ours);
      return quotaFinding({ ...quota, ...applied, used: there.length, more, aws: aws.access, profile });
    };
    return Promise.all(
      wanted.map((quota) =>
        finding(quota).catch((error: unknown) => unread(`${quota.title}, account ${aws.access.id}`, error)),
      ),
    );
  },
};

/** What one quota's question meets says nothing about the others. */
const unread = (object: string, error: unknown): Noted => ({ verdict: 'not-checked', object, says: messageOf(error) });

const isOurs = ({ Tags = [] }: Tagged, { clusterName }: Configuration) =>
  Tags.some(({ Key, Value }) => Key === clusterTag && Value === clusterName);

/** What the account may have now; where there is no value of its own, the default; undefined when neither can be read. */
async function appliedQuota({ serviceQuotas }: AwsClients, { service, code }: Quota): Promise<{ applied?: number }> {
  const question = { ServiceCode: service, QuotaCode: code };
  const answer = await serviceQuotas
    .send(new GetServiceQuotaCommand(question))
    .catch(() => serviceQuotas.send(new GetAWSDefaultServiceQuotaCommand(question)))
    .catch(() => undefined);
  return answer?.Quota?.Value === undefined ? {} : { applied: answer.Quota.Value };
}

interface Usage extends Omit<Quota, 'list'> {
  /** Undefined when nobody may read it. */
  applied?: number;
  used: number;
  more: number;
  aws: Pick<AwsAccess, 'id' | 'region'>;
  profile: string;
}

export function quotaFinding(usage: Usage): Noted {
  const { title, service, code, usual, applied, used, more, aws, profile } = usage;
  const object = `${title}, account ${aws.id}`;
  const known =
    applied === undefined ? `${usual} is the usual quota (yours could not be read)` : `the quota is ${applied}`;
  const says = `${used} there, ${more} more wanted, ${known}`;
  if (more === 0 || used + more <= (applied ?? usual)) return { verdict: 'ok', object, says };
  const raise = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${used + more} --profile ${profile} --region ${aws.region}`;
  const fix = `free one that nobody needs, or ask for more: ${raise}`;
  return { verdict: applied === undefined ? 'warning' : 'problem', object, says, fix };
}

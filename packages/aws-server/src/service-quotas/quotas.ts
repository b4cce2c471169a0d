import type { Context } from '../context.ts';

export interface Quota {
  service: string;
  code: string;
  /** As the console calls it. */
  name: string;
  /** What every account gets; per region. */
  value: number;
}

export type QuotaName =
  | 'vpcs'
  | 'internetGateways'
  | 'natGateways'
  | 'subnets'
  | 'securityGroups'
  | 'addresses'
  | 'eksClusters';

const row = (service: string, code: string, name: string, value: number): Quota => ({ service, code, name, value });

/** What is enforced here, of hundreds in AWS. Source: default values of the Service Quotas console. */
export const quotas: Readonly<Record<QuotaName, Quota>> = {
  vpcs: row('vpc', 'L-F678F1CE', 'VPCs per Region', 5),
  internetGateways: row('vpc', 'L-A4707A72', 'Internet gateways per Region', 5),
  natGateways: row('vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone', 5),
  subnets: row('vpc', 'L-407747CB', 'Subnets per VPC', 200),
  securityGroups: row('vpc', 'L-E79EC296', 'VPC security groups per Region', 2500),
  addresses: row('ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs', 5),
  eksClusters: row('eks', 'L-1194D53C', 'Clusters', 100),
};

export const serviceNames: Readonly<Record<string, string>> = {
  ec2: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  eks: 'Amazon Elastic Kubernetes Service (Amazon EKS)',
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
};

/** Quotas of one account and region that were raised, by code. */
export class QuotaState {
  readonly raised: Map<string, number> = new Map();
}

/** What the account may have in the region now. */
export const appliedQuota = (context: Context, { code, value }: Quota): number =>
  context.state(QuotaState).raised.get(code) ?? value;

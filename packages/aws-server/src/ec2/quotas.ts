import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { appliedQuota, type QuotaName, quotas } from '../service-quotas/quotas.ts';

type Limited = Exclude<QuotaName, 'eksClusters'>;

/** What EC2 answers when there is no room for one more. */
const refusals: Readonly<Record<Limited, readonly [code: string, message: string]>> = {
  vpcs: ['VpcLimitExceeded', 'The maximum number of VPCs has been reached.'],
  internetGateways: ['InternetGatewayLimitExceeded', 'The maximum number of internet gateways has been reached.'],
  natGateways: ['NatGatewayLimitExceeded', 'Performing this operation would exceed the limit of NAT gateways.'],
  subnets: ['SubnetLimitExceeded', 'The maximum number of subnets has been reached.'],
  securityGroups: ['SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.'],
  addresses: ['AddressLimitExceeded', 'The maximum number of addresses has been reached.'],
};

/** @throws AwsError when as many are `there` as the account may have. */
export function checkQuota(context: Context, name: Limited, there: number): void {
  const [code, message] = refusals[name];
  if (there >= appliedQuota(context, quotas[name])) throw new AwsError(code, message);
}

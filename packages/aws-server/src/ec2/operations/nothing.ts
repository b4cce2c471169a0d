import type * as EC2 from '@aws-sdk/client-ec2';
import type { ServiceParts } from '../../service.ts';

/**
 * Kinds that teardown scripts look for in a VPC and that nobody can make here: there are none, whatever is asked.
 * Operation → list in its answer.
 */
const lists = {
  DescribeCarrierGateways: 'CarrierGateways',
  DescribeCustomerGateways: 'CustomerGateways',
  DescribeEgressOnlyInternetGateways: 'EgressOnlyInternetGateways',
  DescribeFlowLogs: 'FlowLogs',
  DescribeKeyPairs: 'KeyPairs',
  DescribeSnapshots: 'Snapshots',
  DescribeSpotInstanceRequests: 'SpotInstanceRequests',
  DescribeTransitGatewayAttachments: 'TransitGatewayAttachments',
  DescribeTransitGateways: 'TransitGateways',
  DescribeTransitGatewayVpcAttachments: 'TransitGatewayVpcAttachments',
  DescribeVpcEndpoints: 'VpcEndpoints',
  DescribeVpnConnections: 'VpnConnections',
  DescribeVpnGateways: 'VpnGateways',
} as const;

const rows = Object.entries(lists);

export const nothingOperations: ServiceParts<typeof EC2> = {
  handlers: Object.fromEntries(rows.map(([operation, list]) => [operation, () => ({ [list]: [] })])),
  rules: Object.fromEntries(rows.map(([operation]) => [operation, {}])),
};

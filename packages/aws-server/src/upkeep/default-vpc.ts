import { serviceOf } from '../accounts/index.ts';
import type { World } from '../context.ts';
import { zonesOf } from '../ec2/zones.ts';

/**
 * The network that every new account has in a region: 172.31.0.0/16 with a public subnet per zone, an Internet gateway
 * and a route there.
 */
export async function createDefaultVpc({ invoke, fabric, region }: World, account: string): Promise<void> {
  const principal = serviceOf(account, 'ec2.amazonaws.com');
  const call = (operation: string, input: object) =>
    invoke<Record<string, Record<string, string>>>(principal, 'ec2', operation, input);
  const { Vpc } = await call('CreateVpc', { CidrBlock: '172.31.0.0/16' });
  const VpcId = Vpc?.['VpcId'] ?? '';
  Object.assign(fabric.vpcs.get(VpcId) ?? {}, { isDefault: true, dnsHostnames: true });
  const { InternetGateway } = await call('CreateInternetGateway', {});
  const InternetGatewayId = InternetGateway?.['InternetGatewayId'];
  await call('AttachInternetGateway', { InternetGatewayId, VpcId });
  const table = [...fabric.routeTables.values()].find(({ vpcId }) => vpcId === VpcId);
  await call('CreateRoute', {
    RouteTableId: table?.id,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: InternetGatewayId,
  });
  for (const [at, AvailabilityZone] of zonesOf(region).entries()) {
    const { Subnet } = await call('CreateSubnet', { VpcId, AvailabilityZone, CidrBlock: `172.31.${at * 16}.0/20` });
    await call('ModifySubnetAttribute', { SubnetId: Subnet?.['SubnetId'], MapPublicIpOnLaunch: { Value: true } });
  }
}

export { eksCidr } from '@meshbed/clients/eks';

/** The address ranges of the scenarios. Peered networks must not overlap. */
export const externalCidr = '10.1.0.0/16';

export interface PlannedSubnet {
  name: string;
  cidr: string;
  /** Position among the region's zones. */
  zone: number;
}

/** The network of the external account; tools find it by these names. */
export const externalNetwork: {
  readonly vpc: string;
  readonly privateSubnets: readonly PlannedSubnet[];
  readonly publicSubnet: PlannedSubnet;
  readonly internetGateway: string;
  readonly address: string;
  readonly natGateway: string;
  readonly publicRoutes: string;
  readonly privateRoutes: string;
  readonly securityGroup: string;
} = {
  vpc: 'istio-ecs-external-vpc',
  privateSubnets: [0, 1, 2].map((zone) => ({
    name: `istio-ecs-private-${zone + 1}`,
    cidr: `10.1.${zone + 1}.0/24`,
    zone,
  })),
  publicSubnet: { name: 'istio-ecs-public', cidr: '10.1.4.0/24', zone: 0 },
  internetGateway: 'istio-ecs-igw',
  address: 'istio-ecs-eip',
  natGateway: 'istio-ecs-nat',
  publicRoutes: 'istio-ecs-public-rt',
  privateRoutes: 'istio-ecs-private-rt',
  securityGroup: 'istio-ecs-sg',
};

export const peeringName = 'istio-multi-account-peering';

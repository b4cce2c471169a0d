/** Members of what the clouds answer that name the object itself, the most specific first: a subnet also carries its VPC. */
const members = [
  'NatGatewayId',
  'SubnetId',
  'RouteTableId',
  'InternetGatewayId',
  'VpcPeeringConnectionId',
  'GroupId',
  'AllocationId',
  'VpcId',
  'serviceArn',
  'taskDefinitionArn',
  'nodegroupArn',
  'addonArn',
  'associationArn',
  'clusterArn',
  'Arn',
  'arn',
  'id',
];

const id = /^(arn:|\/subscriptions\/|[a-z]+-[0-9a-f]{8,}$)/;

/** The id or ARN in what creating a resource returned, when it has one. */
export function identityOf(made: unknown): string | undefined {
  if (typeof made === 'string') return id.test(made) ? made : undefined;
  if (typeof made !== 'object' || made === null) return undefined;
  const values = members.map((member) => (made as Record<string, unknown>)[member]);
  return values.find((value): value is string => typeof value === 'string' && id.test(value));
}

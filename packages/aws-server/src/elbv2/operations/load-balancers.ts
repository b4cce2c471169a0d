import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Subnet } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { tryFind } from '../../ec2/objects.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { fail, invalid, unsupported } from '../errors.ts';
import { elbArn, loadBalancerOf, visible } from '../lookup.ts';
import { elbPage } from '../pages.ts';
import { dismantle, provision } from '../provision.ts';
import type { NetworkLoadBalancer } from '../state.ts';

function shapeOf({ world: { fabric } }: Context, balancer: NetworkLoadBalancer): ELB.LoadBalancer {
  const { dataPlane } = balancer;
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: dataPlane.dnsName,
    CanonicalHostedZoneId: 'ZLMOA37VPKANP',
    CreatedTime: new Date(balancer.createdAtMs),
    Scheme: dataPlane.scheme,
    VpcId: dataPlane.vpcId,
    State: { Code: balancer.state === 'provisioning' ? 'provisioning' : 'active' },
    Type: 'network',
    AvailabilityZones: balancer.subnetIds.map((SubnetId) => ({
      SubnetId,
      ZoneName: fabric.subnets.get(SubnetId)?.zone,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: dataPlane.groupIds.length > 0 ? [...dataPlane.groupIds] : undefined,
    IpAddressType: 'ipv4',
  };
}

function subnetsOf(context: Context, input: ELB.CreateLoadBalancerCommandInput): Subnet[] {
  const mapped = (input.SubnetMappings ?? []).map(({ SubnetId, ...rest }) => {
    if (Object.values(rest).some(Boolean)) throw unsupported(`SubnetMappings with ${Object.keys(rest).join(', ')}`);
    return SubnetId;
  });
  const subnets = [...(input.Subnets ?? []), ...mapped].map((id) => {
    const subnet = tryFind(context, 'subnet', id);
    if (!subnet) throw fail('SubnetNotFoundException', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  if (subnets.length === 0) throw invalid('You must specify either subnets or subnet mappings');
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) {
    throw fail('InvalidConfigurationRequestException', 'All subnets must be in the same VPC');
  }
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length) {
    const message = 'A load balancer cannot be attached to multiple subnets in the same Availability Zone';
    throw fail('InvalidConfigurationRequestException', message);
  }
  return subnets;
}

function checkGroups(context: Context, vpcId: string, groupIds: readonly string[]): void {
  const wrong = groupIds.find((id) => tryFind(context, 'security-group', id)?.vpcId !== vpcId);
  if (wrong !== undefined) {
    throw fail('InvalidSecurityGroupException', `One or more security groups are invalid: ${wrong}`);
  }
}

function checkGateway({ world }: Context, vpcId: string): void {
  const attached = [...world.fabric.internetGateways.values()].some((gateway) => gateway.vpcId === vpcId);
  if (!attached) throw fail('InvalidSubnetException', `VPC ${vpcId} has no internet gateway`);
}

function checkName(name: string | undefined): string {
  if (name !== undefined && /^(?!-|internal-)[a-zA-Z0-9-]{1,32}(?<!-)$/.test(name)) return name;
  throw invalid(
    `The load balancer name '${name}' can only contain characters that are alphanumeric characters and hyphens(-), up to 32, and cannot begin or end with a hyphen or begin with 'internal-'`,
  );
}

function create(input: ELB.CreateLoadBalancerCommandInput, context: Context): NetworkLoadBalancer {
  const name = checkName(input.Name);
  // AWS makes an application load balancer when no type is given.
  if (input.Type !== 'network') throw unsupported(`Type ${input.Type ?? 'application'} of a load balancer`);
  if ((input.IpAddressType ?? 'ipv4') !== 'ipv4') throw unsupported(`IpAddressType ${input.IpAddressType}`);
  const subnets = subnetsOf(context, input);
  const [{ vpcId } = { vpcId: '' }] = subnets;
  const { Scheme: scheme = 'internet-facing', SecurityGroups: groupIds = [] } = input;
  checkGroups(context, vpcId, groupIds);
  const present = visible(context).find((other) => other.name === name);
  if (present) return sameSettings(present, { scheme, groupIds, subnets });
  if (scheme === 'internet-facing') checkGateway(context, vpcId);
  return provision(context, { name, scheme, subnets, groupIds, tags: tagMap(input.Tags) });
}

const settingsKey = (scheme: string, subnetIds: readonly string[], groupIds: readonly string[]) =>
  [scheme, subnetIds.toSorted().join(), groupIds.toSorted().join()].join(' ');

/** Creating it again with the same settings gives the one that is there. */
function sameSettings(
  present: NetworkLoadBalancer,
  wanted: { scheme: string; groupIds: readonly string[]; subnets: readonly Subnet[] },
): NetworkLoadBalancer {
  const { dataPlane, subnetIds } = present;
  const wantedIds = wanted.subnets.map(({ id }) => id);
  if (
    settingsKey(dataPlane.scheme, subnetIds, dataPlane.groupIds) ===
    settingsKey(wanted.scheme, wantedIds, wanted.groupIds)
  )
    return present;
  const message = `A load balancer with the same name '${present.name}' exists, but with different settings`;
  throw fail('DuplicateLoadBalancerNameException', message);
}

function named(
  context: Context,
  { LoadBalancerArns: arns = [], Names: names = [] }: ELB.DescribeLoadBalancersCommandInput,
) {
  const all = visible(context);
  if (arns.length === 0 && names.length === 0) return all;
  const found = all.filter(({ arn, name }) => arns.includes(arn) || names.includes(name));
  if (found.length < arns.length + names.length) {
    throw fail('LoadBalancerNotFoundException', `Load balancers '[${[...arns, ...names].join(', ')}]' not found`);
  }
  return found;
}

/** Attributes that change nothing in the sandbox's data plane, or that it acts upon. */
const knownAttributes = new Set(['deletion_protection.enabled', 'load_balancing.cross_zone.enabled']);

const attributesShape = ({ attributes }: NetworkLoadBalancer) =>
  [...attributes].map(([Key, Value]) => ({ Key, Value }));

export const loadBalancerOperations: ServiceParts<typeof ELB> = {
  handlers: {
    CreateLoadBalancer: (input, context) => ({ LoadBalancers: [shapeOf(context, create(input, context))] }),
    DescribeLoadBalancers(input, context) {
      const { items, tail } = elbPage(named(context, input), input);
      return { LoadBalancers: items.map((balancer) => shapeOf(context, balancer)), ...tail };
    },
    // Deleting one that is not there succeeds.
    DeleteLoadBalancer({ LoadBalancerArn }, context) {
      const doomed = visible(context).find(({ arn }) => arn === LoadBalancerArn);
      if (!doomed) return {};
      if (doomed.attributes.get('deletion_protection.enabled') === 'true') {
        const message = `Load balancer '${doomed.arn}' cannot be deleted because deletion protection is enabled`;
        throw fail('OperationNotPermittedException', message);
      }
      dismantle(context, doomed);
      return {};
    },
    DescribeLoadBalancerAttributes: ({ LoadBalancerArn }, context) => ({
      Attributes: attributesShape(loadBalancerOf(context, LoadBalancerArn)),
    }),
    ModifyLoadBalancerAttributes({ LoadBalancerArn, Attributes = [] }, context) {
      const balancer = loadBalancerOf(context, LoadBalancerArn);
      const stranger = Attributes.find(({ Key = '' }) => !knownAttributes.has(Key));
      if (stranger)
        throw new AwsError(
          'ValidationError',
          `Load balancer attribute key '${stranger.Key}' is not supported by this sandbox.`,
        );
      for (const { Key = '', Value = '' } of Attributes) balancer.attributes.set(Key, Value);
      return { Attributes: attributesShape(balancer) };
    },
  },
  rules: {
    CreateLoadBalancer: {
      resources: ({ Name }, context) => [elbArn(context, `loadbalancer/net/${Name}/*`)],
      context: ({ Tags }) => tagKeys(Tags),
      accepts: 'Name Subnets SubnetMappings SecurityGroups Scheme Type Tags IpAddressType',
    },
    DescribeLoadBalancers: { accepts: 'LoadBalancerArns Names Marker PageSize' },
    DeleteLoadBalancer: { resources: ({ LoadBalancerArn = '' }) => [LoadBalancerArn] },
    ModifyLoadBalancerAttributes: { resources: ({ LoadBalancerArn = '' }) => [LoadBalancerArn] },
  },
};

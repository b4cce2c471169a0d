import type * as ELB from '@aws-sdk/client-elastic-load-balancing';
import type { Subnet } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { own, tryFind } from '../../ec2/objects.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { validPage } from '../../valid-page.ts';
import { fail, invalid, unsupported } from '../errors.ts';
import { balancerNamed, balancersOf, onBalancer } from '../lookup.ts';
import { dismantle, provision, syncListeners } from '../provision.ts';
import type { ClassicListener, ClassicLoadBalancer } from '../state.ts';

const pageSize = 400;

function shapeOf({ world: { fabric }, account }: Context, balancer: ClassicLoadBalancer): ELB.LoadBalancerDescription {
  const { dataPlane, healthCheck, listeners } = balancer;
  const [groupId] = dataPlane.groupIds;
  return {
    LoadBalancerName: balancer.name,
    DNSName: dataPlane.dnsName,
    CanonicalHostedZoneName: dataPlane.dnsName,
    CanonicalHostedZoneNameID: 'Z3AADJGX6KTTL2',
    ListenerDescriptions: listeners.map(({ port, instancePort }) => ({
      Listener: {
        Protocol: 'TCP',
        LoadBalancerPort: port,
        InstanceProtocol: 'TCP',
        InstancePort: instancePort,
      },
      PolicyNames: [],
    })),
    Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
    BackendServerDescriptions: [],
    AvailabilityZones: balancer.subnetIds.flatMap((id) => fabric.subnets.get(id)?.zone ?? []),
    Subnets: balancer.subnetIds,
    // This is how the classic API spells it.
    VPCId: dataPlane.vpcId,
    Instances: balancer.instanceIds.map((InstanceId) => ({ InstanceId })),
    HealthCheck: {
      Target: healthCheck.target,
      Interval: healthCheck.intervalSeconds,
      Timeout: healthCheck.timeoutSeconds,
      UnhealthyThreshold: healthCheck.unhealthyThreshold,
      HealthyThreshold: healthCheck.healthyThreshold,
    },
    SourceSecurityGroup: { OwnerAlias: account, GroupName: fabric.securityGroups.get(groupId ?? '')?.name },
    SecurityGroups: [...dataPlane.groupIds],
    CreatedTime: new Date(balancer.createdAtMs),
    Scheme: dataPlane.scheme,
  };
}

function listenerOf({ Protocol, InstanceProtocol = Protocol, ...rest }: ELB.Listener): ClassicListener {
  for (const protocol of [Protocol, InstanceProtocol]) {
    if (protocol?.toUpperCase() !== 'TCP') throw unsupported(`A listener's protocol ${protocol}`);
  }
  if (rest.SSLCertificateId) throw unsupported('SSLCertificateId of a listener');
  return { port: rest.LoadBalancerPort ?? 0, instancePort: rest.InstancePort ?? 0 };
}

function subnetsOf(context: Context, ids: readonly string[] = []): Subnet[] {
  if (ids.length === 0) throw unsupported('A classic load balancer outside of a VPC');
  return ids.map((id) => {
    const subnet = tryFind(context, 'subnet', id);
    if (!subnet) throw fail('SubnetNotFoundException', `The requested subnet '${id}' is not found`);
    return subnet;
  });
}

/** The given groups, or the default one of the VPC. */
function groupsOf(context: Context, vpcId: string, ids: readonly string[] = []): string[] {
  const wrong = ids.find((id) => tryFind(context, 'security-group', id)?.vpcId !== vpcId);
  if (wrong !== undefined) throw fail('InvalidSecurityGroupException', `Invalid security group: ${wrong}`);
  if (ids.length > 0) return [...ids];
  return own(context, 'security-group').flatMap(({ id, name, vpcId: of }) =>
    of === vpcId && name === 'default' ? id : [],
  );
}

function create(input: ELB.CreateLoadBalancerCommandInput, context: Context): ClassicLoadBalancer {
  const { LoadBalancerName: name = '', Scheme = 'internet-facing', Listeners = [] } = input;
  if (!/^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/.test(name))
    throw invalid('LoadBalancer name cannot be longer than 32 characters');
  if (Scheme !== 'internal' && Scheme !== 'internet-facing')
    throw fail('InvalidSchemeException', `Invalid scheme ${Scheme}`);
  if (balancersOf(context).has(name)) {
    throw fail(
      'DuplicateAccessPointNameException',
      `Load Balancer named ${name} already exists and it is configured with different parameters.`,
    );
  }
  const subnets = subnetsOf(context, input.Subnets);
  const vpcId = subnets[0]?.vpcId ?? '';
  const groupIds = groupsOf(context, vpcId, input.SecurityGroups);
  const isReachable = [...context.world.fabric.internetGateways.values()].some((gateway) => gateway.vpcId === vpcId);
  if (Scheme === 'internet-facing' && !isReachable) {
    throw fail('InvalidSubnetException', `VPC ${vpcId} has no internet gateway`);
  }
  return provision(context, {
    name,
    scheme: Scheme,
    subnets,
    groupIds,
    listeners: Listeners.map(listenerOf),
    tags: tagMap(input.Tags),
  });
}

export const loadBalancerOperations: ServiceParts<typeof ELB> = {
  handlers: {
    CreateLoadBalancer: (input, context) => ({ DNSName: create(input, context).dataPlane.dnsName }),
    DescribeLoadBalancers({ LoadBalancerNames = [], Marker, PageSize = pageSize }, context) {
      const named =
        LoadBalancerNames.length > 0
          ? LoadBalancerNames.map((name) => balancerNamed(context, name))
          : [...balancersOf(context).values()];
      const page = { token: Marker, size: PageSize, invalid: () => invalid(`Invalid marker '${Marker}'`) };
      const { items, next } = validPage(named, page);
      return { LoadBalancerDescriptions: items.map((balancer) => shapeOf(context, balancer)), NextMarker: next };
    },
    // Deleting one that is not there succeeds.
    DeleteLoadBalancer({ LoadBalancerName = '' }, context) {
      const doomed = balancersOf(context).get(LoadBalancerName);
      if (doomed) dismantle(context, doomed);
      return {};
    },
    CreateLoadBalancerListeners({ LoadBalancerName, Listeners = [] }, context) {
      const balancer = balancerNamed(context, LoadBalancerName);
      const added = Listeners.map(listenerOf);
      for (const { port, instancePort } of added) {
        const present = balancer.listeners.find((listener) => listener.port === port);
        if (present && present.instancePort !== instancePort) {
          const message = `A listener already exists for ${balancer.name} with LoadBalancerPort ${port}, but with a different InstancePort`;
          throw fail('DuplicateListenerException', message);
        }
        if (!present) balancer.listeners.push({ port, instancePort });
      }
      syncListeners(context, balancer);
      return {};
    },
    DeleteLoadBalancerListeners({ LoadBalancerName, LoadBalancerPorts = [] }, context) {
      const balancer = balancerNamed(context, LoadBalancerName);
      balancer.listeners = balancer.listeners.filter(({ port }) => !LoadBalancerPorts.includes(port));
      syncListeners(context, balancer);
      return {};
    },
  },
  rules: {
    CreateLoadBalancer: {
      ...onBalancer,
      context: ({ Tags }) => tagKeys(Tags),
      accepts: 'LoadBalancerName Listeners Subnets SecurityGroups Scheme Tags',
    },
    DescribeLoadBalancers: { accepts: 'LoadBalancerNames Marker PageSize' },
    DeleteLoadBalancer: { ...onBalancer, accepts: 'LoadBalancerName' },
    CreateLoadBalancerListeners: { ...onBalancer, accepts: 'LoadBalancerName Listeners' },
    DeleteLoadBalancerListeners: { ...onBalancer, accepts: 'LoadBalancerName LoadBalancerPorts' },
  },
};

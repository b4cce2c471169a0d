import type { LoadBalancerProvider, LoadBalancerTarget, Service } from '@meshbed/kube-server';
import { messageOf } from '@meshbed/core';

/** Calls an AWS operation as the cluster's own role; returns the output. */
export type CallAws = <T>(service: 'ec2' | 'elasticloadbalancing', operation: string, input: object) => Promise<T>;

export interface CloudControllerOptions {
  call: CallAws;
  cluster: string;
  vpcId: string;
  /** Group of nodes and pods, opened for the load balancer only. */
  clusterSecurityGroupId: string;
  /** Told when a wait is worth another look: a new load balancer becomes active by itself. */
}

interface LoadBalancerState {
  LoadBalancerArn: string;
  DNSName: string;
  State: { Code: string; Reason?: string };
  SecurityGroups?: string[];
}

/**
 * The cloud controller's service half: a Service of type LoadBalancer becomes a network load balancer in the cluster's
 * public subnets (private with the annotation aws-load-balancer-scheme=internal), its targets are the ready pods.
 */
export class CloudController implements LoadBalancerProvider {
  readonly #options: CloudControllerOptions;

  constructor(options: CloudControllerOptions) {
    this.#options = options;
  }

  async ensure(
    service: Service,
    endpoints: () => readonly LoadBalancerTarget[],
  ): Promise<{ hostname: string } | { pending: string }> {
    try {
      const balancer = (await this.#find(service)) ?? (await this.#create(service));
      await this.#syncTargets(service, balancer, endpoints());
      const { Code, Reason } = balancer.State;
      return Code === 'active'
        ? { hostname: balancer.DNSName }
        : { pending: Reason ?? `load balancer ${balancer.LoadBalancerArn} is ${Code}` };
    } catch (error) {
      return { pending: messageOf(error) };
    }
  }

  async remove(service: Service): Promise<void> {
    const balancer = await this.#find(service);
    if (!balancer) return;
    const groups = await this.#targetGroups(balancer);
    await this.#elb('DeleteLoadBalancer', { LoadBalancerArn: balancer.LoadBalancerArn });
    for (const { TargetGroupArn } of groups) await this.#elb('DeleteTargetGroup', { TargetGroupArn });
    for (const GroupId of balancer.SecurityGroups ?? []) await this.#removeGroup(GroupId);
  }

  async #find(service: Service): Promise<LoadBalancerState | undefined> {
    try {
      const { LoadBalancers } = await this.#elb<{ LoadBalancers: LoadBalancerState[] }>('DescribeLoadBalancers', {
        Names: [nameOf(service)],
      });
      return LoadBalancers[0];
    } catch (error) {
      if (/not found/i.test(messageOf(error))) return undefined;
      throw error;
    }
  }

  async #create(service: Service): Promise<LoadBalancerState> {
    const internal =
      service.metadata.annotations?.['service.beta.kubernetes.io/aws-load-balancer-scheme'] !== 'internet-facing' &&
      service.metadata.annotations?.['service.beta.kubernetes.io/aws-load-balancer-internal'] === 'true';
    const group = await this.#createGroup(service);
    const Subnets = await this.#subnets(internal);
    const { LoadBalancers } = await this.#elb<{ LoadBalancers: LoadBalancerState[] }>('CreateLoadBalancer', {
      Name: nameOf(service),
      Type: 'network',
      Scheme: internal ? 'internal' : 'internet-facing',
      Subnets,
      SecurityGroups: [group],
      Tags: this.#tags(service),
    });
    const [balancer] = LoadBalancers;
    if (!balancer) throw new Error('CreateLoadBalancer returned no load balancer');
    for (const { port, name } of service.spec.ports ?? []) await this.#createListener(balancer, service, port, name);
    return balancer;
  }

  async #createListener(balancer: LoadBalancerState, service: Service, port: number, name?: string): Promise<void> {
    const { TargetGroups } = await this.#elb<{ TargetGroups: { TargetGroupArn: string }[] }>('CreateTargetGroup', {
      Name: `${nameOf(service).slice(0, 24)}-${port}`,
      Protocol: 'TCP',
      Port: port,
      VpcId: this.#options.vpcId,
      TargetType: 'ip',
      Tags: [...this.#tags(service), { Key: 'meshbed/service-port', Value: `${port}/${name ?? ''}` }],
    });
    const TargetGroupArn = TargetGroups[0]?.TargetGroupArn;
    await this.#elb('CreateListener', {
      LoadBalancerArn: balancer.LoadBalancerArn,
      Protocol: 'TCP',
      Port: port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    });
  }

  async #syncTargets(
    _service: Service,
    balancer: LoadBalancerState,
    targets: readonly LoadBalancerTarget[],
  ): Promise<void> {
    for (const { TargetGroupArn, Port } of await this.#targetGroups(balancer)) {
      const wanted = targets
        .filter(({ servicePort }) => servicePort === Port)
        .map(({ ip, port }) => ({ Id: ip, Port: port }));
      const { TargetHealthDescriptions } = await this.#elb<{
        TargetHealthDescriptions: { Target: { Id: string; Port: number } }[];
      }>('DescribeTargetHealth', { TargetGroupArn });
      const present = TargetHealthDescriptions.map(({ Target }) => Target);
      const has = (list: { Id: string; Port: number }[], { Id, Port: port }: { Id: string; Port: number }) =>
        list.some((each) => each.Id === Id && each.Port === port);
      const added = wanted.filter((target) => !has(present, target));
      const gone = present.filter((target) => !has(wanted, target));
      if (added.length > 0) await this.#elb('RegisterTargets', { TargetGroupArn, Targets: added });
      if (gone.length > 0) await this.#elb('DeregisterTargets', { TargetGroupArn, Targets: gone });
    }
  }

  async #targetGroups({ LoadBalancerArn }: LoadBalancerState): Promise<{ TargetGroupArn: string; Port: number }[]> {
    const { TargetGroups } = await this.#elb<{ TargetGroups: { TargetGroupArn: string; Port: number }[] }>(
      'DescribeTargetGroups',
      { LoadBalancerArn },
    );
    return TargetGroups;
  }

  /** The load balancer's own group: the service's ports from anywhere; nodes and pods admit only that group. */
  async #createGroup(service: Service): Promise<string> {
    const { vpcId, clusterSecurityGroupId } = this.#options;
    const { GroupId } = await this.#ec2<{ GroupId: string }>('CreateSecurityGroup', {
      GroupName: `k8s-elb-${nameOf(service)}`,
      Description: `Security group for Kubernetes ELB ${nameOf(service)} (${service.metadata.namespace}/${service.metadata.name})`,
      VpcId: vpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: this.#tags(service) }],
    });
    const ports = service.spec.ports ?? [];
    await this.#ec2('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: ports.map(({ port }) => ({
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      })),
    });
    const pods = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, UserIdGroupPairs: [{ GroupId }] };
    await this.#ec2('AuthorizeSecurityGroupIngress', { GroupId: clusterSecurityGroupId, IpPermissions: [pods] });
    return GroupId;
  }

  async #removeGroup(GroupId: string): Promise<void> {
    const pods = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, UserIdGroupPairs: [{ GroupId }] };
    await this.#ec2('RevokeSecurityGroupIngress', {
      GroupId: this.#options.clusterSecurityGroupId,
      IpPermissions: [pods],
    });
    await this.#ec2('DeleteSecurityGroup', { GroupId });
  }

  /** Subnets are found by their role tag, as in EKS. */
  async #subnets(internal: boolean): Promise<string[]> {
    const role = internal ? 'kubernetes.io/role/internal-elb' : 'kubernetes.io/role/elb';
    const { Subnets } = await this.#ec2<{ Subnets?: { SubnetId: string }[] }>('DescribeSubnets', {
      Filters: [
        { Name: 'vpc-id', Values: [this.#options.vpcId] },
        { Name: `tag:${role}`, Values: ['1'] },
      ],
    });
    if (!Subnets?.length)
      throw new Error(
        `could not find any suitable subnets for creating the ELB: none of ${this.#options.vpcId} is tagged ${role}=1`,
      );
    return Subnets.map(({ SubnetId }) => SubnetId);
  }

  #tags({ metadata }: Service) {
    return [
      { Key: `kubernetes.io/cluster/${this.#options.cluster}`, Value: 'owned' },
      { Key: 'kubernetes.io/service-name', Value: `${metadata.namespace}/${metadata.name}` },
    ];
  }

  #elb<T>(operation: string, input: object): Promise<T> {
    return this.#options.call('elasticloadbalancing', operation, input);
  }

  #ec2<T>(operation: string, input: object): Promise<T> {
    return this.#options.call('ec2', operation, input);
  }
}

/** `a` and the service's uid without dashes, cut to 32 characters: the name the AWS cloud provider uses. */
const nameOf = ({ metadata }: Service) => `a${metadata.uid.replaceAll('-', '')}`.slice(0, 32);

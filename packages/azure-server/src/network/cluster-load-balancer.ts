import { LoadBalancer, type LoadBalancerTarget, type OutboundRule } from '@meshbed/fabric';
import type { Resource } from '../arm/resource.ts';
import { resourceId } from '../arm/resource-id.ts';
import type { ServiceFrontend, ServiceFrontends } from '../hosts.ts';
import { namespace, owned, type Owner } from './owned.ts';
import { createPublicAddress, type PublicAddress } from './public-addresses.ts';
import { closePorts, type NetworkSecurityGroup, openPorts } from './security-groups.ts';

export interface BalancerSite {
  owner: Owner;
  clusterName: string;
  networkId: string;
  /** Where its frontends have their interfaces. */
  subnetId: string;
  securityGroup: NetworkSecurityGroup;
}

interface Frontend {
  asked: ServiceFrontend;
  eniId: string;
  address: PublicAddress | undefined;
  dataPlane: LoadBalancer;
  ready: boolean;
}

/**
 * The load balancer `kubernetes` of a cluster: the way out of its nodes (an outbound rule under one public address) and
 * a frontend per Service. Real frontends have no interface of their own; what pods see as the source of a connection is
 * in the node subnet either way, as kube-proxy translates it.
 */
export class ClusterLoadBalancer implements ServiceFrontends {
  readonly resource: Resource;
  readonly #site: BalancerSite;
  readonly #outbound: PublicAddress;
  readonly #rule: OutboundRule;
  readonly #frontends = new Map<string, Frontend>();

  constructor(site: BalancerSite) {
    this.#site = site;
    const { owner } = site;
    const { world, group, location } = owner;
    const id = resourceId(group, namespace, 'loadBalancers', 'kubernetes');
    const name = world.ids.uuid();
    const tags = { 'aks-managed-cluster-name': site.clusterName, 'aks-managed-type': 'aks-slb-managed-outbound-ip' };
    this.#outbound = createPublicAddress(owner, { name, tags, usedBy: `${id}/frontendIPConfigurations/${name}` });
    const ruleId = `${id}/outboundRules/aksOutboundRule`;
    this.#rule = { ...owned(owner, ruleId), interfaceIds: [], publicIp: this.#outbound.ip };
    world.fabric.outboundRules.set(ruleId, this.#rule);
    this.resource = {
      id,
      name: 'kubernetes',
      type: `${namespace}/loadBalancers`,
      location,
      tags: { 'aks-managed-cluster-name': site.clusterName },
      beside: { sku: { name: 'Standard', tier: 'Regional' } },
      properties: () => this.#properties(),
      end: () => this.#end(),
    };
    world.resources.put(this.resource);
  }

  /** What AKS calls effective outbound addresses. */
  get outboundAddressId(): string {
    return this.#outbound.id;
  }

  addNode(eniId: string): void {
    this.#rule.interfaceIds.push(eniId);
  }

  removeNode(eniId: string): void {
    this.#rule.interfaceIds = this.#rule.interfaceIds.filter((each) => each !== eniId);
  }

  async ensure(asked: ServiceFrontend): Promise<{ ip: string } | { pending: string }> {
    const frontend = this.#frontends.get(asked.uid) ?? this.#create(asked);
    frontend.asked = asked;
    if (!frontend.ready) return { pending: `load balancer kubernetes is Updating: the frontend of ${asked.service}` };
    await this.#sync(frontend);
    return { ip: this.#ipOf(frontend) };
  }

  async remove(uid: string): Promise<void> {
    const frontend = this.#frontends.get(uid);
    this.#frontends.delete(uid);
    if (!frontend) return;
    const { fabric, resources } = this.#site.owner.world;
    closePorts(this.#site.securityGroup, uid);
    await frontend.dataPlane.close();
    fabric.loadBalancers.delete(frontend.dataPlane.arn);
    fabric.deleteInterface(frontend.eniId);
    if (!frontend.address) return;
    await frontend.address.end?.();
    resources.delete(frontend.address.id);
  }

  #create(asked: ServiceFrontend): Frontend {
    const { owner, subnetId, networkId, securityGroup, clusterName } = this.#site;
    const { world, subscription, location } = owner;
    const name = frontendName(asked.uid);
    const arn = `${this.resource.id}/frontendIPConfigurations/${name}`;
    const tags = { 'k8s-azure-cluster-name': clusterName, 'k8s-azure-service': asked.service };
    const address = asked.internal
      ? undefined
      : createPublicAddress(owner, { name: `kubernetes-${name}`, tags, usedBy: arn });
    const eni = world.fabric.createInterface({
      subnetId,
      groupIds: [securityGroup.id],
      ownerId: subscription,
      region: location,
      description: `frontend ${name} of ${this.resource.id}`,
      interfaceType: 'load_balancer_frontend',
      requesterManaged: true,
    });
    if (address) eni.publicIps.set(eni.ips[0] ?? '', address.ip);
    const scheme = asked.internal ? 'internal' : 'internet-facing';
    const dataPlane = new LoadBalancer(world.fabric, {
      arn,
      name,
      scheme,
      vpcId: networkId,
      enis: [eni.id],
      groupIds: [securityGroup.id],
    });
    world.fabric.loadBalancers.set(arn, dataPlane);
    const frontend = { asked, eniId: eni.id, address, dataPlane, ready: false };
    this.#frontends.set(asked.uid, frontend);
    world.transitions.follow('load-balancer-frontend', 'Updating', () => {
      frontend.ready = true;
      return undefined;
    });
    return frontend;
  }

  async #sync(frontend: Frontend): Promise<void> {
    const { asked, dataPlane } = frontend;
    const ports = asked.ports.map(({ port }) => port);
    if (!asked.internal) openPorts(this.#site.securityGroup, asked.uid, ports);
    dataPlane.listeners.clear();
    for (const port of ports)
      dataPlane.listeners.set(port, { targets: () => this.#targets(frontend.asked.targets(port)) });
    await dataPlane.open();
  }

  /** Pods by their interface. */
  #targets(pods: readonly { ip: string; port: number }[]): LoadBalancerTarget[] {
    const { owner, networkId } = this.#site;
    const interfaces = [...owner.world.fabric.interfaces.values()].filter(({ vpcId }) => vpcId === networkId);
    return pods.flatMap(({ ip, port }) => {
      const eniId = interfaces.find(({ ips }) => ips.includes(ip))?.id;
      return eniId === undefined ? [] : [{ eniId, ip, port }];
    });
  }

  #ipOf({ address, eniId }: Frontend): string {
    return address?.ip ?? this.#site.owner.world.fabric.interfaces.get(eniId)?.ips[0] ?? '';
  }

  #properties(): Record<string, unknown> {
    const { id } = this.resource;
    const pool = { id: `${id}/backendAddressPools/kubernetes` };
    const configuration = (name: string, properties: object) => ({
      id: `${id}/frontendIPConfigurations/${name}`,
      name,
      properties: { provisioningState: 'Succeeded', ...properties },
    });
    const frontends = [...this.#frontends.values()];
    return {
      provisioningState: frontends.every(({ ready }) => ready) ? 'Succeeded' : 'Updating',
      frontendIPConfigurations: [
        configuration(this.#outbound.name, { publicIPAddress: { id: this.#outbound.id } }),
        ...frontends.map((each) =>
          configuration(
            frontendName(each.asked.uid),
            each.address ? { publicIPAddress: { id: each.address.id } } : { privateIPAddress: this.#ipOf(each) },
          ),
        ),
      ],
      backendAddressPools: [{ ...pool, name: 'kubernetes', properties: { provisioningState: 'Succeeded' } }],
      loadBalancingRules: frontends.flatMap(({ asked }) =>
        asked.ports.map(({ port }) => ({
          id: `${id}/loadBalancingRules/${frontendName(asked.uid)}-TCP-${port}`,
          name: `${frontendName(asked.uid)}-TCP-${port}`,
          properties: {
            provisioningState: 'Succeeded',
            frontendIPConfiguration: { id: `${id}/frontendIPConfigurations/${frontendName(asked.uid)}` },
            protocol: 'Tcp',
            frontendPort: port,
            backendPort: port,
            enableFloatingIP: true,
            disableOutboundSnat: true,
            backendAddressPool: pool,
          },
        })),
      ),
      outboundRules: [
        {
          id: this.#rule.id,
          name: 'aksOutboundRule',
          properties: {
            provisioningState: 'Succeeded',
            protocol: 'All',
            idleTimeoutInMinutes: 30,
            frontendIPConfigurations: [{ id: `${id}/frontendIPConfigurations/${this.#outbound.name}` }],
            backendAddressPool: pool,
          },
        },
      ],
    };
  }

  async #end(): Promise<void> {
    for (const uid of this.#frontends.keys()) await this.remove(uid);
    this.#site.owner.world.fabric.outboundRules.delete(this.#rule.id);
  }
}

/** `a` and the service's uid without dashes, cut to 32 characters, as the cloud provider names it. */
const frontendName = (uid: string) => `a${uid.replaceAll('-', '')}`.slice(0, 32);

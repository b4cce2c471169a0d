import type { Socket } from 'node:net';
import type { Clock, EventLog, Ids } from '@meshbed/core';
import {
  type NetworkState,
  type NetworkView,
  type Origin,
  type Target,
  traceConnection,
  type Verdict,
} from '@meshbed/policy/network';
import { AddressPool } from './addresses.ts';
import { ConnectionTable } from './connections.ts';
import { type Cut, cutVerdict } from './cuts.ts';
import { Dialer, type Dialed, type DialOptions } from './dialer.ts';
import { FabricError } from './errors.ts';
import { Flows } from './flows.ts';
import { Internet } from './internet.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { Endpoints, type ListenAddress } from './loopback/endpoints.ts';
import type { Accept } from './loopback/listener.ts';
import type * as model from './model.ts';
import { NameService } from './names.ts';

export interface FabricOptions {
  clock: Clock;
  ids: Ids;
  log: EventLog;
}

export interface InterfaceOptions {
  subnetId: string;
  groupIds: readonly string[];
  ownerId: string;
  region: string;
  description: string;
  interfaceType?: model.InterfaceType;
  requesterManaged?: boolean;
  withPublicIp?: boolean;
}

/**
 * The network between everything in the sandbox, in user space: addresses are those of the cloud, bytes go over
 * loopback, and each connection attempt is judged by the objects below as they are at that moment.
 */
export class Fabric implements NetworkState, AsyncDisposable {
  readonly vpcs: Map<string, model.Vpc> = new Map();
  readonly subnets: Map<string, model.Subnet> = new Map();
  readonly internetGateways: Map<string, model.InternetGateway> = new Map();
  readonly elasticIps: Map<string, model.ElasticIp> = new Map();
  readonly natGateways: Map<string, model.NatGateway> = new Map();
  readonly routeTables: Map<string, model.RouteTable> = new Map();
  readonly securityGroups: Map<string, model.SecurityGroup> = new Map();
  readonly interfaces: Map<string, model.NetworkInterface> = new Map();
  readonly peerings: Map<string, model.Peering> = new Map();
  /** Azure's. */
  readonly outboundRules: Map<string, model.OutboundRule> = new Map();
  /** By ARN. */
  readonly loadBalancers: Map<string, LoadBalancer> = new Map();
  readonly names: NameService = new NameService(({ vpcId }) => this.vpcs.get(vpcId)?.dnsSupport ?? false);
  readonly internet: Internet = new Internet(this.names, () => this.allocatePublicIp());
  readonly connections: ConnectionTable = new ConnectionTable();
  /** By name. */
  readonly #cuts = new Map<string, Cut>();
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #log: EventLog;
  readonly #addresses = new AddressPool();
  readonly #endpoints = new Endpoints();
  readonly #dialer: Dialer;
  readonly #flows = new Flows();

  constructor({ clock, ids, log }: FabricOptions) {
    this.#clock = clock;
    this.#ids = ids;
    this.#log = log;
    this.#dialer = new Dialer(clock, this.#endpoints, this.internet);
  }

  /**
   * A new interface with the next free address of its subnet.
   * @throws FabricError `InsufficientFreeAddressesInSubnet`, `InvalidSubnetID.NotFound`
   */
  createInterface(options: InterfaceOptions): model.NetworkInterface {
    const { subnetId, groupIds, ownerId, region, description } = options;
    const subnet = this.#subnet(subnetId);
    const ip = this.#addresses.privateIp(subnet, this.#usedIn(subnet.vpcId));
    const created: model.NetworkInterface = {
      id: `eni-${this.#ids.hex(17)}`,
      ownerId,
      region,
      tags: new Map(),
      vpcId: subnet.vpcId,
      subnetId,
      ips: [ip],
      groupIds: [...groupIds],
      publicIps: new Map(options.withPublicIp ? [[ip, this.allocatePublicIp()]] : []),
      description,
      interfaceType: options.interfaceType ?? 'interface',
      requesterManaged: options.requesterManaged ?? false,
      createdAtMs: this.#clock.now(),
    };
    this.interfaces.set(created.id, created);
    return created;
  }

  /** A further private address for the interface. */
  assignIp(eniId: string): string {
    const at = this.#interface(eniId);
    const subnet = this.#subnet(at.subnetId);
    const ip = this.#addresses.privateIp(subnet, this.#usedIn(subnet.vpcId));
    at.ips.push(ip);
    return ip;
  }

  /** Takes an address back, and ends what listens there. */
  unassignIp(eniId: string, ip: string): void {
    const at = this.#interface(eniId);
    at.ips = at.ips.filter((other) => other !== ip);
    at.publicIps.delete(ip);
    this.#endpoints.closeAll(eniId, ip);
  }

  /** Also ends what listens there. Nothing happens when the interface is gone already. */
  deleteInterface(eniId: string): void {
    this.interfaces.delete(eniId);
    this.#endpoints.closeAll(eniId);
  }

  /** A public address that nobody has. It counts as used once an interface, Elastic IP or Internet host shows it. */
  allocatePublicIp(): string {
    return this.#addresses.publicIp(
      new Set([
        ...[...this.interfaces.values()].flatMap(({ publicIps }) => [...publicIps.values()]),
        ...[...this.elasticIps.values()].map(({ publicIp }) => publicIp),
        ...this.internet.addresses(),
      ]),
    );
  }

  /**
   * Takes connections until disposed, which also ends the connections taken. Accepted sockets are half-open: end them.
   * @throws FabricError `EADDRNOTAVAIL`, `EADDRINUSE`
   */
  async listen(at: ListenAddress, accept: Accept): Promise<AsyncDisposable> {
    this.#requireAddress(at);
    return this.#endpoints.listen(at, accept);
  }

  /**
   * Leads connections to a process that listens on a loopback port by itself. It sees them come from 127.0.0.1.
   * @throws FabricError `EADDRNOTAVAIL`, `EADDRINUSE`
   */
  expose(at: ListenAddress, loopbackPort: number): Disposable {
    this.#requireAddress(at);
    return this.#endpoints.expose(at, loopbackPort);
  }

  /**
   * Connects as a socket on that interface would. Set `allowHalfOpen` on the result before splicing it.
   * @throws FabricError `ECONNREFUSED` and `EHOSTUNREACH` at once, `ETIMEDOUT` after `timeoutMs` (10 s) of silence, each
   * with the verdict; the signal's reason.
   */
  async dial(from: Origin, to: Target, options: DialOptions = {}): Promise<Socket> {
    const verdict = this.explain(from, to);
    this.connections.note({ from, to }, verdict, this.#clock.now());
    if (verdict.kind !== 'connected') {
      const { kind, by } = verdict;
      this.#log.write('fabric', kind, { from: from.ip, to: `${to.ip}:${to.port}`, by: by.object, reason: by.reason });
    }
    let first: Verdict | undefined = verdict;
    const decide = () => {
      const decided = first ?? this.explain(from, to);
      first = undefined;
      return decided;
    };
    const dialed = await this.#dialer.act(decide, to, options);
    const { socket, accepted } = dialed;
    const leaves = this.#leaves(from, to, dialed);
    this.#flows.track({ from, to, leaves, ends: accepted ? [socket, accepted] : [socket] });
    return socket;
  }

  /**
   * To be called after routes, peerings and gateways have changed: the packets of connections under way follow them.
   * Security groups are no reason to call, since they track connections.
   */
  reroute(): void {
    this.#flows.reroute(this.#view, this.#cuts);
  }

  /** What `dial` would meet now, and why. */
  explain(from: Origin, to: Target): Verdict {
    return cutVerdict(traceConnection(this.#view, from, to), { from, to }, this.#cuts);
  }

  /** Lets packets vanish until disposed, also those of connections under way. */
  cut(name: string, cut: Cut): Disposable {
    this.#cuts.set(name, cut);
    this.reroute();
    return {
      [Symbol.dispose]: () => {
        this.#cuts.delete(name);
        this.reroute();
      },
    };
  }

  /** Ends every listener, connection and pending dial. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#dialer.close();
    this.#endpoints.closeAll();
    await this.#endpoints.settled();
  }

  get #view(): NetworkView {
    return {
      vpcs: this.vpcs,
      subnets: this.subnets,
      internetGateways: this.internetGateways,
      natGateways: this.natGateways,
      routeTables: this.routeTables,
      securityGroups: this.securityGroups,
      interfaces: this.interfaces,
      peerings: this.peerings,
      outboundRules: this.outboundRules,
      listens: (at, port) => this.#endpoints.has({ ...at, port }),
      host: (ip) => this.internet.get(ip),
    };
  }

  /** Within a VPC there always is a route. */
  #leaves(from: Origin, to: Target, { verdict: { to: end } }: Dialed): boolean {
    const vpcOf = (eniId: string) => this.interfaces.get(eniId)?.vpcId;
    return end.kind !== 'interface' || end.ip !== to.ip || vpcOf(end.eniId) !== vpcOf(from.eniId);
  }

  #usedIn(vpcId: string): Set<string> {
    return new Set([...this.interfaces.values()].flatMap((at) => (at.vpcId === vpcId ? at.ips : [])));
  }

  #requireAddress({ eniId, ip }: Origin): void {
    if (this.interfaces.get(eniId)?.ips.includes(ip)) return;
    throw new FabricError('EADDRNOTAVAIL', `interface ${eniId} with address ${ip} does not exist`);
  }

  #subnet(id: string): model.Subnet {
    const subnet = this.subnets.get(id);
    if (!subnet) throw new FabricError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
    return subnet;
  }

  #interface(id: string): model.NetworkInterface {
    const found = this.interfaces.get(id);
    if (found) return found;
    throw new FabricError('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`);
  }
}

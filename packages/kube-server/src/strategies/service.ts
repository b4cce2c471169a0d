import type { Endpoints, EndpointSlice, Service } from '../objects/index.ts';
import { type FieldProblem, type Strategy, type StrategyContext } from '../store/index.ts';
import { invalid } from '../store/errors.ts';
import { labelProblems } from './names.ts';
import { portNumberProblems, protocols } from './container-validation.ts';
import { duplicate, invalidValue, notSupported, required } from './problems.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const nodePorts = { first: 30_000, last: 32_767 };

/** Service addresses: the first two numbers of a /16. EKS takes this range when the VPC is not in 10.0.0.0/8. */
export const defaultServiceNetwork = '10.100';

export const serviceStrategy = (network: string): Strategy => ({
  defaults(object) {
    const { spec } = object as Service;
    if (!spec) return;
    spec.type ??= 'ClusterIP';
    spec.sessionAffinity ??= 'None';
    for (const port of spec.ports ?? []) {
      port.protocol ??= 'TCP';
      port.targetPort ||= port.port;
      if (!port.nodePort) delete port.nodePort;
    }
    if (spec.type === 'ExternalName') return;
    spec['internalTrafficPolicy'] ??= 'Cluster';
    spec['ipFamilies'] ??= ['IPv4'];
    spec['ipFamilyPolicy'] ??= 'SingleStack';
    if (spec.type === 'ClusterIP') return;
    spec['externalTrafficPolicy'] ??= 'Cluster';
    if (spec.type === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true;
  },
  prepareForCreate(object, context) {
    const service = object as Service;
    if (!service.spec) return;
    allocate(network, { service }, context);
    service.status = { loadBalancer: {} };
  },
  prepareForUpdate(object, old, context) {
    const service = object as Service;
    const before = (old as Service).spec;
    if (service.spec.type !== 'ExternalName' && before.clusterIP) {
      service.spec.clusterIP ||= before.clusterIP;
      service.spec.clusterIPs ??= before.clusterIPs ?? [before.clusterIP];
    }
    allocate(network, { service, old: old as Service }, context);
  },
  validate: (object, old) => problemsOf(network, object as Service, old as Service | undefined),
});

/** Gives a service the cluster address and node ports that it needs and has not yet. */
function allocate(
  network: string,
  { service, old }: { service: Service; old?: Service },
  context: StrategyContext,
): void {
  const { spec } = service;
  const others = context.store.list('services').filter(({ metadata }) => metadata.uid !== old?.metadata.uid);
  if (spec.type === 'ExternalName') {
    delete spec.clusterIP;
    delete spec.clusterIPs;
    return;
  }
  const taken = new Set(others.map((other) => other.spec.clusterIP));
  if (spec.clusterIP && spec.clusterIP !== 'None' && taken.has(spec.clusterIP)) {
    refuse(
      service,
      context,
      invalidValue(
        'spec.clusterIPs',
        [spec.clusterIP],
        `failed to allocate IP ${spec.clusterIP}: provided IP is already allocated`,
      ),
    );
  }
  spec.clusterIP ||= freeAddress(network, taken);
  spec.clusterIPs = [spec.clusterIP];
  if (spec.type !== 'ClusterIP') allocateNodePorts(service, old, context);
}

function allocateNodePorts(service: Service, old: Service | undefined, context: StrategyContext): void {
  if (service.spec['allocateLoadBalancerNodePorts'] === false) return;
  const others = context.store.list('services').filter(({ metadata }) => metadata.uid !== old?.metadata.uid);
  const taken = new Set(others.flatMap(({ spec }) => (spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])));
  for (const [index, port] of (service.spec.ports ?? []).entries()) {
    port.nodePort ??= old?.spec.ports?.find((before) => before.port === port.port)?.nodePort ?? freeNodePort(taken);
    if (taken.has(port.nodePort)) {
      const field = `spec.ports[${index}].nodePort`;
      refuse(service, context, invalidValue(field, port.nodePort, 'provided port is already allocated'));
    }
    taken.add(port.nodePort);
  }
}

function refuse(service: Service, { store }: StrategyContext, problem: FieldProblem): never {
  const row = store.registry.byKey('services');
  if (!row) throw new Error('the registry has no services');
  throw invalid(row, service.metadata.name, [problem]);
}

function freeAddress(network: string, taken: ReadonlySet<string | undefined>): string {
  for (let host = 11; host < 65_535; host++) {
    const address = `${network}.${host >> 8}.${host & 255}`;
    if (!taken.has(address)) return address;
  }
  throw new Error(`no address left in ${network}.0.0/16`);
}

function freeNodePort(taken: ReadonlySet<number>): number {
  for (let port = nodePorts.first; port <= nodePorts.last; port++) if (!taken.has(port)) return port;
  throw new Error(`no node port left in ${nodePorts.first}-${nodePorts.last}`);
}

function problemsOf(network: string, { spec }: Service, old: Service | undefined): FieldProblem[] {
  if (!spec) return [required('spec.ports')];
  if (!types.includes(spec.type)) return [notSupported('spec.type', spec.type, types)];
  if (spec.type === 'ExternalName') return spec.externalName ? [] : [required('spec.externalName')];
  return [
    ...clusterIpProblems(network, spec, old),
    ...portListProblems(spec),
    ...labelProblems('spec.selector', spec.selector ?? {}),
  ];
}

function clusterIpProblems(network: string, { clusterIP }: Service['spec'], old: Service | undefined): FieldProblem[] {
  const before = old?.spec.clusterIP;
  if (before && clusterIP !== before) {
    return [invalidValue('spec.clusterIPs[0]', [clusterIP], 'may not change once set')];
  }
  if (!clusterIP || clusterIP === 'None' || clusterIP.startsWith(`${network}.`)) return [];
  const why = `failed to allocate IP ${clusterIP}: the provided IP (${clusterIP}) is not in the valid range. The range of valid IPs is ${network}.0.0/16`;
  return [invalidValue('spec.clusterIPs', [clusterIP], why)];
}

function portListProblems({ ports = [], clusterIP }: Service['spec']): FieldProblem[] {
  if (ports.length === 0) return clusterIP === 'None' ? [] : [required('spec.ports')];
  const names = ports.map(({ name }) => name);
  return ports.flatMap(({ name, port, nodePort, protocol }, index) => [
    ...(name || ports.length === 1 ? [] : [required(`spec.ports[${index}].name`)]),
    ...(name && names.indexOf(name) < index ? [duplicate(`spec.ports[${index}].name`, name)] : []),
    ...portNumberProblems(port, `spec.ports[${index}].port`),
    ...(protocols.includes(protocol) ? [] : [notSupported(`spec.ports[${index}].protocol`, protocol, protocols)]),
    ...nodePortProblems(nodePort, `spec.ports[${index}].nodePort`),
  ]);
}

function nodePortProblems(port: number | undefined, field: string): FieldProblem[] {
  if (port === undefined || (port >= nodePorts.first && port <= nodePorts.last)) return [];
  const range = `${nodePorts.first}-${nodePorts.last}`;
  return [invalidValue(field, port, `provided port is not in the valid range. The range of valid ports is ${range}`)];
}

export const endpointsStrategy: Strategy = {
  defaults(object) {
    for (const { ports } of (object as Endpoints).subsets ?? [])
      for (const port of ports ?? []) port.protocol ??= 'TCP';
  },
};

export const endpointSliceStrategy: Strategy = {
  defaults(object) {
    for (const port of (object as EndpointSlice).ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate({ addressType }) {
    const supported = ['FQDN', 'IPv4', 'IPv6'];
    if (addressType === undefined) return [required('addressType')];
    return supported.includes(addressType as string) ? [] : [notSupported('addressType', addressType, supported)];
  },
};

/** What ztunnel knows of the mesh, in its own words (istio.workload with ztunnel's defaults applied). */

export interface NetworkAddress {
  network: string;
  ip: string;
}

export interface GatewayAddress {
  destination: { kind: 'address'; address: NetworkAddress } | { kind: 'hostname'; namespace: string; hostname: string };
  hboneMtlsPort: number;
}

/** Service port → port of the workload; 0 when only the endpoint knows. */
export type PortMap = ReadonlyMap<number, number>;

export interface Locality {
  region: string;
  zone: string;
  subzone: string;
}

export interface Workload {
  kind: 'workload';
  uid: string;
  name: string;
  namespace: string;
  addresses: readonly string[];
  /** Resolved at each connection when there is no address. */
  hostname: string;
  network: string;
  protocol: 'HBONE' | 'TCP';
  trustDomain: string;
  serviceAccount: string;
  waypoint?: GatewayAddress;
  networkGateway?: GatewayAddress;
  node: string;
  canonicalName: string;
  canonicalRevision: string;
  workloadType: 'deployment' | 'cronjob' | 'pod' | 'job';
  workloadName: string;
  nativeTunnel: boolean;
  clusterId: string;
  locality: Locality;
  networkMode: 'Standard' | 'HostNetwork';
  status: 'Healthy' | 'Unhealthy';
  capacity: number;
  /** `namespace/hostname` of a service → its ports here. */
  services: ReadonlyMap<string, PortMap>;
  /** Keys of policies that select it. */
  authorizationPolicies: readonly string[];
}

export type RoutingScope = 'Region' | 'Zone' | 'Subzone' | 'Node' | 'Cluster' | 'Network';

export interface LoadBalancer {
  routingPreferences: readonly RoutingScope[];
  mode: 'Standard' | 'Strict' | 'Failover' | 'Passthrough';
  healthPolicy: 'OnlyHealthy' | 'AllowAll';
}

export interface Service {
  kind: 'service';
  name: string;
  namespace: string;
  hostname: string;
  vips: readonly NetworkAddress[];
  ports: PortMap;
  subjectAltNames: readonly string[];
  waypoint?: GatewayAddress;
  loadBalancer?: LoadBalancer;
  canonical: boolean;
}

export const serviceKey = ({ namespace, hostname }: Pick<Service, 'namespace' | 'hostname'>): string =>
  `${namespace}/${hostname}`;

export const identityOf = ({
  trustDomain,
  namespace,
  serviceAccount,
}: Pick<Workload, 'trustDomain' | 'namespace' | 'serviceAccount'>): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

import { fullVersion } from './kubernetes-versions.ts';
import type { ClusterRecord, PoolRecord } from './state.ts';

/** Members of a GET; names and defaults as AKS shows them. */
export function clusterProperties(cluster: ClusterRecord): Record<string, unknown> {
  const { version, state, error, dnsPrefix, fqdn, nodeGroup, echo, pools } = cluster;
  return {
    ...echo,
    provisioningState: state,
    powerState: { code: 'Running' },
    kubernetesVersion: version,
    currentKubernetesVersion: fullVersion(version),
    dnsPrefix,
    fqdn,
    azurePortalFQDN: fqdn.replace('.hcp.', '.portal.hcp.'),
    agentPoolProfiles: pools.map((pool) => ({ name: pool.name, ...poolProperties(cluster, pool) })),
    servicePrincipalProfile: { clientId: 'msi' },
    nodeResourceGroup: nodeGroup.split('/').at(-1),
    enableRBAC: true,
    supportPlan: 'KubernetesOfficial',
    networkProfile: networkProfile(cluster),
    maxAgentPools: 100,
    disableLocalAccounts: false,
    ...(error ? { status: { provisioningError: error } } : {}),
  };
}

function networkProfile({ echo, network }: ClusterRecord) {
  const given = (echo['networkProfile'] ?? {}) as Record<string, unknown>;
  const outbound = network ? [{ id: network.balancer.outboundAddressId }] : [];
  return {
    ...given,
    networkPlugin: 'azure',
    networkDataplane: 'azure',
    loadBalancerSku: 'standard',
    loadBalancerProfile: { managedOutboundIPs: { count: 1 }, effectiveOutboundIPs: outbound },
    serviceCidr: given['serviceCidr'] ?? '10.0.0.0/16',
    serviceCidrs: [given['serviceCidr'] ?? '10.0.0.0/16'],
    dnsServiceIP: given['dnsServiceIP'] ?? '10.0.0.10',
    outboundType: 'loadBalancer',
    ipFamilies: ['IPv4'],
  };
}

const usualDiskGib = 128;

export function poolProperties({ version }: ClusterRecord, pool: PoolRecord): Record<string, unknown> {
  const { echo, count, size, mode, state, zones, labels } = pool;
  const { name: _, ...given } = echo;
  return {
    ...given,
    count,
    vmSize: size.name,
    osDiskSizeGB: echo['osDiskSizeGB'] || usualDiskGib,
    osDiskType: echo['osDiskType'] || 'Managed',
    maxPods: echo['maxPods'] || 30,
    type: 'VirtualMachineScaleSets',
    mode,
    osType: 'Linux',
    osSKU: echo['osSKU'] || 'Ubuntu',
    provisioningState: state,
    powerState: { code: 'Running' },
    orchestratorVersion: version,
    currentOrchestratorVersion: fullVersion(version),
    enableAutoScaling: false,
    enableNodePublicIP: false,
    ...(zones.length > 0 ? { availabilityZones: zones } : {}),
    ...(Object.keys(labels).length > 0 ? { nodeLabels: labels } : {}),
  };
}

import { invalid, notModelled } from '../errors.ts';

type Holds = (value: unknown) => boolean;

const nothing: Holds = (value) =>
  value === undefined || value === null || value === false || value === '' || value === 'none' || isEmpty(value);

/** Objects count as empty when all their members are. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(nothing);
}

const anything: Holds = () => true;
const oneOf =
  (...values: unknown[]): Holds =>
  (value) =>
    nothing(value) || values.includes(value);

/** Members of a request that change nothing here, or only with some values; those without a row are refused by name. */
type Understood = Readonly<Record<string, Holds>>;

export const clusterProperties: Understood = {
  kubernetesVersion: anything,
  dnsPrefix: anything,
  agentPoolProfiles: anything,
  nodeResourceGroup: anything,
  networkProfile: anything, // has rows of its own
  linuxProfile: anything,
  servicePrincipalProfile: anything,
  identityProfile: anything,
  enableRBAC: oneOf(true),
  supportPlan: oneOf('KubernetesOfficial'),
  addonProfiles: (value) =>
    Object.values((value ?? {}) as Record<string, { enabled?: boolean }>).every(({ enabled }) => !enabled),
  autoScalerProfile: nothing,
  apiServerAccessProfile: nothing,
  aadProfile: nothing,
  autoUpgradeProfile: (value) => oneOf('none')((value as { upgradeChannel?: string } | undefined)?.upgradeChannel),
  disableLocalAccounts: nothing,
  diskEncryptionSetID: nothing,
  fqdnSubdomain: nothing,
  httpProxyConfig: nothing,
  ingressProfile: nothing,
  metricsProfile: nothing,
  oidcIssuerProfile: nothing,
  podIdentityProfile: nothing,
  privateLinkResources: nothing,
  publicNetworkAccess: oneOf('Enabled'),
  securityProfile: nothing,
  serviceMeshProfile: nothing,
  storageProfile: anything,
  upgradeSettings: nothing,
  windowsProfile: nothing,
  workloadAutoScalerProfile: nothing,
  bootstrapProfile: oneOf(undefined),
  nodeProvisioningProfile: (value) => oneOf('Manual')((value as { mode?: string } | undefined)?.mode),
  nodeResourceGroupProfile: anything,
  azureMonitorProfile: nothing,
  aiToolchainOperatorProfile: nothing,
};

/** What a GET shows and a client may send back. */
export const shownOnly: readonly string[] = [
  'provisioningState',
  'powerState',
  'fqdn',
  'azurePortalFQDN',
  'currentKubernetesVersion',
  'maxAgentPools',
  'resourceUID',
  'status',
];

export const networkProperties: Understood = {
  networkPlugin: oneOf('azure'),
  networkPluginMode: nothing,
  networkPolicy: nothing,
  networkMode: nothing,
  networkDataplane: oneOf('azure'),
  outboundType: oneOf('loadBalancer'),
  loadBalancerSku: (value) => nothing(value) || String(value).toLowerCase() === 'standard',
  loadBalancerProfile: anything,
  serviceCidr: anything,
  serviceCidrs: anything,
  dnsServiceIP: anything,
  ipFamilies: (value) => nothing(value) || JSON.stringify(value) === '["IPv4"]',
  podCidr: nothing,
  podCidrs: nothing,
  podLinkLocalAccess: anything,
  natGatewayProfile: nothing,
  staticEgressGatewayProfile: nothing,
  advancedNetworking: nothing,
};

export const poolProperties: Understood = {
  name: anything,
  count: anything,
  vmSize: anything,
  mode: oneOf('System', 'User'),
  type: oneOf('VirtualMachineScaleSets'),
  osType: oneOf('Linux'),
  osSKU: oneOf('Ubuntu', 'AzureLinux'),
  osDiskSizeGB: anything,
  osDiskType: anything,
  kubeletDiskType: anything,
  maxPods: anything,
  orchestratorVersion: anything,
  currentOrchestratorVersion: anything,
  nodeImageVersion: anything,
  availabilityZones: anything,
  nodeLabels: anything,
  vnetSubnetID: anything,
  podSubnetID: nothing,
  tags: anything,
  upgradeSettings: anything,
  enableAutoScaling: nothing,
  minCount: nothing,
  maxCount: nothing,
  enableNodePublicIP: nothing,
  enableEncryptionAtHost: anything,
  enableUltraSSD: nothing,
  enableFIPS: nothing,
  nodeTaints: nothing,
  scaleSetPriority: oneOf('Regular'),
  scaleSetEvictionPolicy: oneOf('Delete'),
  scaleDownMode: oneOf('Delete'),
  spotMaxPrice: anything,
  workloadRuntime: oneOf('OCIContainer'),
  powerState: (value) => oneOf('Running')((value as { code?: string } | undefined)?.code),
  provisioningState: anything,
  eTag: anything,
  securityProfile: nothing,
  windowsProfile: nothing,
  networkProfile: nothing,
  kubeletConfig: nothing,
  linuxOSConfig: nothing,
  gpuInstanceProfile: nothing,
  gpuProfile: nothing,
  creationData: nothing,
  hostGroupID: nothing,
  proximityPlacementGroupID: nothing,
  capacityReservationGroupID: nothing,
  messageOfTheDay: nothing,
};

/** Ignoring what changes behaviour would do something else than asked for. @throws ArmError that names the member */
export function refuseUnmodelled(given: Readonly<Record<string, unknown>>, understood: Understood, at: string): void {
  for (const [name, value] of Object.entries(given)) {
    const holds = understood[name];
    if (!holds && nothing(value)) continue;
    if (!holds) throw invalid('InvalidParameter', `The sandbox does not know the member ${at}.${name}.`);
    if (!holds(value)) throw notModelled(`${at}.${name} = ${JSON.stringify(value)}`);
  }
}

/** A ClusterConfig as it is written. */
export interface ClusterConfig {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    region?: string;
    version?: string;
    tags?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  availabilityZones?: string[];
  vpc?: {
    cidr?: string;
    nat?: { gateway?: string };
    clusterEndpoints?: { publicAccess?: boolean; privateAccess?: boolean };
    publicAccessCIDRs?: string[];
  };
  kubernetesNetworkConfig?: { serviceIPv4CIDR?: string; ipFamily?: string };
  accessConfig?: {
    authenticationMode?: string;
    bootstrapClusterCreatorAdminPermissions?: boolean;
    accessEntries?: AccessEntry[];
  };
  iam?: { withOIDC?: boolean; serviceRoleARN?: string; podIdentityAssociations?: PodIdentity[] };
  addons?: Addon[];
  addonsConfig?: { disableDefaultAddons?: boolean };
  managedNodeGroups?: NodeGroup[];
}

export interface PodIdentity {
  namespace: string;
  serviceAccountName: string;
  roleARN?: string;
  roleName?: string;
  permissionPolicyARNs?: string[];
  permissionPolicy?: object;
  permissionsBoundaryARN?: string;
  tags?: Record<string, string>;
}

export interface Addon {
  name: string;
  version?: string;
  configurationValues?: string;
  resolveConflicts?: string;
  serviceAccountRoleARN?: string;
  tags?: Record<string, string>;
}

export interface NodeGroup {
  name: string;
  instanceType?: string;
  instanceTypes?: string[];
  desiredCapacity?: number;
  minSize?: number;
  maxSize?: number;
  volumeSize?: number;
  volumeType?: string;
  labels?: Record<string, string>;
  tags?: Record<string, string>;
  privateNetworking?: boolean;
  availabilityZones?: string[];
  amiFamily?: string;
  spot?: boolean;
  updateConfig?: { maxUnavailable?: number };
  iam?: { attachPolicyARNs?: string[]; instanceRoleARN?: string };
}

export interface AccessEntry {
  principalARN: string;
  type?: string;
  kubernetesGroups?: string[];
  kubernetesUsername?: string;
  accessPolicies?: { policyARN: string; accessScope: { type: string; namespaces?: string[] } }[];
  tags?: Record<string, string>;
}

/** The fields of an eksctl.io/v1alpha5 ClusterConfig that are understood; any other one is an error that names it. */
export type Field = 'text' | 'number' | 'flag' | 'map' | 'texts' | { list: Fields } | { object: Fields };
export type Fields = Readonly<Record<string, Field>>;

const podIdentityAssociation: Fields = {
  namespace: 'text',
  serviceAccountName: 'text',
  roleARN: 'text',
  roleName: 'text',
  permissionPolicyARNs: 'texts',
  permissionPolicy: 'map',
  permissionsBoundaryARN: 'text',
  tags: 'map',
};

const addon: Fields = {
  name: 'text',
  version: 'text',
  configurationValues: 'text',
  resolveConflicts: 'text',
  serviceAccountRoleARN: 'text',
  tags: 'map',
};

const managedNodeGroup: Fields = {
  name: 'text',
  instanceType: 'text',
  instanceTypes: 'texts',
  desiredCapacity: 'number',
  minSize: 'number',
  maxSize: 'number',
  volumeSize: 'number',
  volumeType: 'text',
  labels: 'map',
  tags: 'map',
  privateNetworking: 'flag',
  availabilityZones: 'texts',
  amiFamily: 'text',
  spot: 'flag',
  updateConfig: { object: { maxUnavailable: 'number' } },
  iam: { object: { attachPolicyARNs: 'texts', instanceRoleARN: 'text' } },
};

const accessEntry: Fields = {
  principalARN: 'text',
  type: 'text',
  kubernetesGroups: 'texts',
  kubernetesUsername: 'text',
  accessPolicies: {
    list: { policyARN: 'text', accessScope: { object: { type: 'text', namespaces: 'texts' } } },
  },
  tags: 'map',
};

export const clusterConfigFields: Fields = {
  apiVersion: 'text',
  kind: 'text',
  metadata: { object: { name: 'text', region: 'text', version: 'text', tags: 'map', annotations: 'map' } },
  availabilityZones: 'texts',
  vpc: {
    object: {
      cidr: 'text',
      nat: { object: { gateway: 'text' } },
      clusterEndpoints: { object: { publicAccess: 'flag', privateAccess: 'flag' } },
      publicAccessCIDRs: 'texts',
    },
  },
  kubernetesNetworkConfig: { object: { serviceIPv4CIDR: 'text', ipFamily: 'text' } },
  accessConfig: {
    object: {
      authenticationMode: 'text',
      bootstrapClusterCreatorAdminPermissions: 'flag',
      accessEntries: { list: accessEntry },
    },
  },
  iam: {
    object: { withOIDC: 'flag', serviceRoleARN: 'text', podIdentityAssociations: { list: podIdentityAssociation } },
  },
  addons: { list: addon },
  addonsConfig: { object: { disableDefaultAddons: 'flag' } },
  managedNodeGroups: { list: managedNodeGroup },
};

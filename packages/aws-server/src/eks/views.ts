import type {
  AccessEntry,
  Addon,
  AssociatedAccessPolicy,
  Cluster,
  Nodegroup,
  PodIdentityAssociation,
  Update,
} from '@aws-sdk/client-eks';
import { tagsToRecord } from '../tag-records.ts';
import { allLogTypes } from './logging.ts';
import type {
  AccessEntryRecord,
  AccessPolicy,
  AddonRecord,
  AssociationRecord,
  ClusterRecord,
  Issue,
  NodegroupRecord,
  UpdateRecord,
} from './state.ts';

type CodedIssue<Health> = Health extends { issues?: (infer Item)[] | undefined } ? Item : never;
const issuesOf = <Health>(issues: readonly Issue[]) => issues.map((issue) => ({ ...issue }) as CodedIssue<Health>);

/** Endpoint, certificate and issuer appear when the cluster is there. */
function reached({ endpoint, certificateAuthorityData: data, region, oidcId }: ClusterRecord) {
  if (endpoint === undefined) return {};
  const issuer = `https://oidc.eks.${region}.amazonaws.com/id/${oidcId}`;
  return { endpoint, certificateAuthority: { data }, identity: { oidc: { issuer } } };
}

const loggingView = ({ logTypes }: ClusterRecord) =>
  [true, false]
    .map((enabled) => ({ types: allLogTypes.filter((type) => logTypes.has(type) === enabled), enabled }))
    .filter(({ types }) => types.length > 0);

export function clusterView(cluster: ClusterRecord): Cluster {
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: new Date(cluster.createdAtMs),
    version: cluster.version,
    roleArn: cluster.roleArn,
    resourcesVpcConfig: {
      subnetIds: cluster.subnetIds,
      securityGroupIds: cluster.securityGroupIds,
      ...(cluster.endpoint === undefined ? {} : { clusterSecurityGroupId: cluster.clusterSecurityGroupId }),
      vpcId: cluster.vpcId,
      endpointPublicAccess: cluster.endpointPublicAccess,
      endpointPrivateAccess: cluster.endpointPrivateAccess,
      publicAccessCidrs: cluster.publicAccessCidrs,
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: cluster.serviceCidr,
      ipFamily: 'ipv4',
      elasticLoadBalancing: { enabled: false },
    },
    logging: { clusterLogging: loggingView(cluster) },
    ...reached(cluster),
    status: cluster.status,
    platformVersion: 'eks.9',
    tags: tagsToRecord(cluster.tags),
    health: { issues: issuesOf<Cluster['health']>(cluster.issues) },
    accessConfig: { authenticationMode: cluster.authenticationMode },
    upgradePolicy: { supportType: 'EXTENDED' },
    deletionProtection: cluster.deletionProtection,
  };
}

export function nodegroupView(group: NodegroupRecord, { name: clusterName }: ClusterRecord): Nodegroup {
  return {
    nodegroupName: group.name,
    nodegroupArn: group.arn,
    clusterName,
    version: group.version,
    releaseVersion: `${group.version}.1-20251112`,
    createdAt: new Date(group.createdAtMs),
    modifiedAt: new Date(group.modifiedAtMs),
    status: group.status,
    capacityType: group.capacityType as 'ON_DEMAND',
    scalingConfig: { ...group.scaling },
    instanceTypes: group.instanceTypes,
    subnets: group.subnetIds,
    amiType: group.amiType as 'AL2023_x86_64_STANDARD',
    nodeRole: group.nodeRole,
    labels: tagsToRecord(group.labels),
    resources: { autoScalingGroups: [{ name: group.autoScalingGroup }] },
    ...(group.diskSize === undefined ? {} : { diskSize: group.diskSize }),
    ...(group.launchTemplate ? { launchTemplate: group.launchTemplate } : {}),
    health: { issues: issuesOf<Nodegroup['health']>(group.issues) },
    updateConfig: { maxUnavailable: group.maxUnavailable },
    tags: tagsToRecord(group.tags),
  };
}

const insufficientReplicas = (addon: AddonRecord): Issue => ({
  code: 'InsufficientNumberOfReplicas',
  message: `The add-on is unhealthy because it doesn't have the desired number of replicas.`,
  resourceIds: [addon.name],
});

/** An active add-on whose pods do not run is DEGRADED as long as they don't. */
export function addonView(addon: AddonRecord, { name: clusterName }: ClusterRecord): Addon {
  const degraded = addon.status === 'ACTIVE' && !addon.healthy();
  const issues = degraded ? [insufficientReplicas(addon)] : addon.issues;
  return {
    addonName: addon.name,
    clusterName,
    status: degraded ? 'DEGRADED' : addon.status,
    addonVersion: addon.version,
    health: { issues: issuesOf<Addon['health']>(issues) },
    addonArn: addon.arn,
    createdAt: new Date(addon.createdAtMs),
    modifiedAt: new Date(addon.modifiedAtMs),
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    configurationValues: addon.configurationValues,
    tags: tagsToRecord(addon.tags),
  };
}

export function associationView(
  association: AssociationRecord,
  { name: clusterName }: ClusterRecord,
): PodIdentityAssociation {
  return {
    clusterName,
    namespace: association.namespace,
    serviceAccount: association.serviceAccount,
    roleArn: association.roleArn,
    associationArn: association.arn,
    associationId: association.id,
    tags: tagsToRecord(association.tags),
    createdAt: new Date(association.createdAtMs),
    modifiedAt: new Date(association.modifiedAtMs),
    disableSessionTags: association.disableSessionTags,
  };
}

export function accessEntryView(entry: AccessEntryRecord, { name: clusterName }: ClusterRecord): AccessEntry {
  return {
    clusterName,
    principalArn: entry.principalArn,
    kubernetesGroups: entry.groups,
    accessEntryArn: entry.arn,
    createdAt: new Date(entry.createdAtMs),
    modifiedAt: new Date(entry.modifiedAtMs),
    tags: tagsToRecord(entry.tags),
    username: entry.username,
    type: entry.type,
  };
}

export const accessPolicyView = (policyArn: string, policy: AccessPolicy): AssociatedAccessPolicy => ({
  policyArn,
  accessScope: { type: policy.type, namespaces: policy.namespaces },
  associatedAt: new Date(policy.associatedAtMs),
  modifiedAt: new Date(policy.modifiedAtMs),
});

export const updateView = (update: UpdateRecord): Update => ({
  id: update.id,
  status: update.status,
  type: update.type,
  params: update.params as { type: 'DesiredSize'; value: string }[],
  createdAt: new Date(update.createdAtMs),
  errors: [],
});

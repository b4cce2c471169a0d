import type { Instance } from '../ec2/state.ts';

export interface Home {
  account: string;
  region: string;
}

/** EKS of one account and region. */
export class EksState {
  readonly clusters: Map<string, ClusterRecord> = new Map();
}

export interface Issue {
  code: string;
  message: string;
  resourceIds: string[];
}

export interface ClusterRecord extends Home {
  name: string;
  arn: string;
  version: string;
  roleArn: string;
  creatorArn: string;
  status: 'CREATING' | 'ACTIVE' | 'DELETING' | 'FAILED';
  createdAtMs: number;
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
  /** The group that EKS makes for control plane and nodes. */
  clusterSecurityGroupId: string;
  endpointPublicAccess: boolean;
  endpointPrivateAccess: boolean;
  /** Kinds of control plane logs that are on. Kept and shown; none are written. */
  logTypes: Set<string>;
  publicAccessCidrs: string[];
  serviceCidr: string;
  authenticationMode: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP';
  creatorIsAdministrator: boolean;
  /** Whether EKS installs network plugin, proxy and DNS itself, not as add-ons. */
  selfManagedAddons: boolean;
  controlPlaneEniIds: string[];
  /** Known once the cluster is there. */
  endpoint?: string;
  certificateAuthorityData?: string;
  oidcId: string;
  deletionProtection: boolean;
  issues: Issue[];
  tags: Map<string, string>;
  nodegroups: Map<string, NodegroupRecord>;
  addons: Map<string, AddonRecord>;
  associations: Map<string, AssociationRecord>;
  accessEntries: Map<string, AccessEntryRecord>;
  updates: Map<string, UpdateRecord>;
}

export interface NodeRecord {
  /** Private DNS name of the instance. */
  name: string;
  instance: Instance;
}

export interface NodegroupRecord {
  name: string;
  arn: string;
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'CREATE_FAILED';
  createdAtMs: number;
  modifiedAtMs: number;
  version: string;
  subnetIds: string[];
  nodeRole: string;
  instanceTypes: string[];
  amiType: string;
  capacityType: string;
  /** Undefined when a launch template decides. */
  diskSize: number | undefined;
  launchTemplate: { id: string; name: string; version: string } | undefined;
  /** From the launch template; otherwise the cluster's own. */
  securityGroupIds: readonly string[];
  scaling: { minSize: number; maxSize: number; desiredSize: number };
  maxUnavailable: number;
  labels: Map<string, string>;
  autoScalingGroup: string;
  issues: Issue[];
  nodes: NodeRecord[];
  tags: Map<string, string>;
}

export interface AddonRecord {
  name: string;
  arn: string;
  version: string;
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'CREATE_FAILED' | 'DELETING';
  createdAtMs: number;
  modifiedAtMs: number;
  serviceAccountRoleArn: string | undefined;
  configurationValues: string | undefined;
  /** Whether what it installed runs. */
  healthy: () => boolean;
  issues: Issue[];
  tags: Map<string, string>;
}

/** A Pod Identity association: pods of this service account get this role. */
export interface AssociationRecord {
  id: string;
  arn: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  createdAtMs: number;
  modifiedAtMs: number;
  disableSessionTags: boolean;
  tags: Map<string, string>;
}

export interface AccessEntryRecord {
  principalArn: string;
  arn: string;
  type: string;
  username: string;
  groups: string[];
  createdAtMs: number;
  modifiedAtMs: number;
  /** Policy ARN → scope. */
  policies: Map<string, AccessPolicy>;
  tags: Map<string, string>;
}

export interface AccessPolicy {
  type: 'cluster' | 'namespace';
  namespaces: string[];
  associatedAtMs: number;
  modifiedAtMs: number;
}

export interface UpdateRecord {
  id: string;
  status: 'InProgress' | 'Successful' | 'Failed';
  type:
    | 'ConfigUpdate'
    | 'AddonUpdate'
    | 'EndpointAccessUpdate'
    | 'LoggingUpdate'
    | 'AccessConfigUpdate'
    | 'DeletionProtectionUpdate';
  /** Name of the node group or add-on; undefined for the cluster itself. */
  of: string | undefined;
  params: { type: string; value: string }[];
  createdAtMs: number;
}

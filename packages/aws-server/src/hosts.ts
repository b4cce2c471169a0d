/** What EKS and ECS need from the rest of the sandbox. */

/** The Kubernetes side of EKS clusters. */
export interface KubernetesHost {
  createCluster(cluster: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }>;
  deleteCluster(name: string): Promise<void>;
  addNode(node: HostedNode): Promise<void>;
  removeNode(cluster: string, name: string): Promise<void>;
  addonChanged(cluster: string, addon: string, present: boolean): Promise<{ healthy: () => boolean }>;
  verifyServiceAccountToken(cluster: string, token: string, audience: string): ServiceAccountSubject | undefined;
}

export interface HostedCluster {
  name: string;
  arn: string;
  account: string;
  region: string;
  version: string;
  vpcId: string;
  /** Where the API server is reached inside the VPC. */
  controlPlane: readonly { eniId: string; ip: string }[];
  /** Of the API server on the Internet. */
  publicName: string;
  creatorArn: string;
}

export interface HostedNode {
  cluster: string;
  /** `ip-192-168-1-2.us-east-2.compute.internal` */
  name: string;
  instanceId: string;
  instanceType: string;
  zone: string;
  eniId: string;
  ip: string;
  nodeGroup: string;
  /** `ON_DEMAND` */
  capacityType: string;
  /** Those of its node group. */
  labels: ReadonlyMap<string, string>;
  nodeRoleArn: string;
}

export interface ServiceAccountSubject {
  namespace: string;
  serviceAccount: string;
  pod: string;
  podUid: string;
}

export interface ImageCatalogue {
  /** Why `image` can't be pulled from there, in the words of a container runtime; undefined when it can. */
  pullProblem(image: string, from: { eniId: string; ip: string }): string | undefined;
}

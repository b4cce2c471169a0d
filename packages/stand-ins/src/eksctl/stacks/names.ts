import { eksctlVersion } from '../version.ts';

/** Stacks of a cluster by what they are for; scripts look these names up. */
export const stackNames = {
  cluster: (cluster: string): string => `eksctl-${cluster}-cluster`,
  nodeGroup: (cluster: string, group: string): string => `eksctl-${cluster}-nodegroup-${group}`,
  addon: (cluster: string, addon: string): string => `eksctl-${cluster}-addon-${addon}`,
  podIdentity: (cluster: string, namespace: string, account: string): string =>
    `eksctl-${cluster}-podidentityrole-${namespace}-${account}`,
};

/** Tags of every stack of a cluster, which its resources inherit. */
export const stackTags = (cluster: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  'alpha.eksctl.io/cluster-name': cluster,
  'alpha.eksctl.io/eksctl-version': eksctlVersion,
  'eksctl.cluster.k8s.io/v1alpha1/cluster-name': cluster,
  ...more,
});

export type Template = {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, object>;
  [section: string]: unknown;
};

export interface Resource {
  Type: string;
  DependsOn?: string | string[];
  Properties?: Record<string, unknown>;
}

export const ref = (name: string): object => ({ Ref: name });
export const attribute = (name: string, member: string): object => ({ 'Fn::GetAtt': [name, member] });
const sub = (text: string): object => ({ 'Fn::Sub': text });
/** A value that another stack of the cluster exports. */
export const imported = (stack: string, name: string): object => ({ 'Fn::ImportValue': `${stack}::${name}` });
export const split = (value: object): object => ({ 'Fn::Split': [',', value] });

/** eksctl names everything `STACK/LOGICALID`. */
export const nameTag = (logicalId: string): { Key: string; Value: object } => ({
  Key: 'Name',
  Value: sub(`\${AWS::StackName}/${logicalId}`),
});

export const tagged = (logicalId: string, more: Readonly<Record<string, string>> = {}): object[] => [
  ...Object.entries(more).map(([Key, Value]) => ({ Key, Value })),
  nameTag(logicalId),
];

/** An output that other stacks import. */
export const exported = (name: string, value: object): object => ({
  Value: value,
  Export: { Name: sub(`\${AWS::StackName}::${name}`) },
});

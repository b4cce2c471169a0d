/** What an EKS cluster is made of, whoever makes it: the runner's step by calls, the eksctl stand-in by stacks. */

export const eksCidr = '192.168.0.0/16';

export type Scope = 'Public' | 'Private';

export interface PlannedSubnet {
  scope: Scope;
  zone: string;
  /** `SubnetPublicUSEAST2A` */
  name: string;
  cidr: string;
  /** By which load balancers find it. */
  tags: Readonly<Record<string, string>>;
}

const roleTags = { Public: 'kubernetes.io/role/elb', Private: 'kubernetes.io/role/internal-elb' };
const scopes: readonly Scope[] = ['Public', 'Private'];

/** `USEAST2A` */
export const zoneSuffix = (zone: string): string => zone.toUpperCase().replaceAll('-', '');

/** A public and a private subnet in each zone: the VPC is cut in eight, first come the public ones. */
export const subnetLayout = (zones: readonly string[], cidr: string = eksCidr): PlannedSubnet[] =>
  scopes.flatMap((scope, half) =>
    zones.map((zone, index) => ({
      scope,
      zone,
      name: `Subnet${scope}${zoneSuffix(zone)}`,
      cidr: eighth(cidr, half * zones.length + index),
      tags: { [roleTags[scope]]: '1' },
    })),
  );

/** The part number `position` of eight equal ones. */
function eighth(cidr: string, position: number): string {
  const [base = '', length = ''] = cidr.split('/');
  const bits = Number(length) + 3;
  const start = base.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0) + position * 2 ** (32 - bits);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join('.')}/${bits}`;
}

export interface PlannedRole {
  /** Whom it trusts. */
  service: string;
  actions: readonly string[];
  /** ARNs of the policies of AWS. */
  managed: readonly string[];
}

const managed = (...names: string[]) => names.map((name) => `arn:aws:iam::aws:policy/${name}`);

export const clusterRole: PlannedRole = {
  service: 'eks.amazonaws.com',
  actions: ['sts:AssumeRole', 'sts:TagSession'],
  managed: managed('AmazonEKSClusterPolicy'),
};

export const nodeRole: PlannedRole = {
  service: 'ec2.amazonaws.com',
  actions: ['sts:AssumeRole'],
  managed: managed('AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'),
};

/** What the network plugin needs: on the node role, or on one of its own. */
export const networkPluginPolicies: readonly string[] = managed('AmazonEKS_CNI_Policy');

/** Allows a service to assume the role. */
export const trustOf = ({ service, actions }: Pick<PlannedRole, 'service' | 'actions'>): object => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: actions.length === 1 ? actions[0] : actions,
});

/** CoreDNS is a Deployment: it can't be healthy before there are nodes. The others are DaemonSets that nodes need. */
export const eksAddons = {
  'before nodes': ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'],
  'with nodes': ['coredns'],
} as const;

export const nodeImage = 'AL2023_x86_64_STANDARD';

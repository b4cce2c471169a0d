import { eksVpcName } from '../network/vpc.ts';
import { externalNetwork, peeringName } from '../network/plan.ts';
import type { KindId } from '../cleanup/types.ts';
import { names } from '../configuration/names.ts';
import type { Configuration } from '../configuration/index.ts';
import { accountsOf, istiodRole, usesExternal } from '../scenario/accounts.ts';
import type { AccountName, EcsClusterFacts, Scenario } from '../scenario/types.ts';
import { gatewayApi } from '../steps/gateway-api-crds/document.ts';
import type { StepId } from '../steps/types.ts';

/** Something that a step would create. */
export interface PlannedResource {
  step: string;
  account: AccountName;
  /** As the step calls it: `VPC`, `ECS service`. */
  title: string;
  name: string;
  /** Row of the price table, for what costs money while it exists. */
  priced?: KindId;
}

type Made = Omit<PlannedResource, 'step'>;
type Maker = (scenario: Scenario, configuration: Configuration) => Made[];

const local = (title: string, name: string, priced?: KindId): Made => ({
  account: 'local',
  title,
  name,
  ...(priced === undefined ? {} : { priced }),
});

const external = (title: string, name: string, priced?: KindId): Made => ({
  ...local(title, name, priced),
  account: 'external',
});

const nodeAddons = ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent', 'coredns'];
const zones = ['a', 'b', 'c'];

/** Step → what it makes. Rules, routes and attachments go with what they are part of. */
const makers: Partial<Record<StepId, Maker>> = {
  eks_cluster: (_scenario, configuration) => eks(configuration),
  infrastructure_iam: (scenario, configuration) => [
    ...roles(scenario, configuration),
    ...(usesExternal(scenario) ? externalSide() : []),
  ],
  gateway_api_crds: () => gatewayApi().map(({ metadata }) => local('CustomResourceDefinition', metadata.name)),
  istio_install: (_scenario, { istioTag }) => [
    local('Pod Identity association', 'istio-system/istiod'),
    local('Istio', `${istioTag} (profile ambient)`),
  ],
  eastwest_gateway: () => [
    local('Namespace', 'istio-eastwest'),
    local('Gateway', 'istio-eastwest'),
    local('load balancer', 'of istio-eastwest/istio-eastwest', 'load-balancer'),
  ],
  ecs_clusters: (scenario, configuration) => [
    ...ecsAccounts(scenario),
    ...scenario.ecsClusters.flatMap((cluster) => ecsCluster(cluster, configuration)),
    ...(scenario.ecsClusters.some(({ account }) => account === 'local')
      ? [local('security group', names.taskSecurityGroup(configuration.clusterName))]
      : []),
  ],
  k8s_namespaces: ({ ecsClusters }, { clusterName }) =>
    ecsClusters.flatMap(({ number, serviceAccount }) => {
      const namespace = names.ecsCluster(clusterName, number);
      return [local('Namespace', namespace), local('ServiceAccount', `${namespace}/${serviceAccount}`)];
    }),
  add_to_mesh: ({ ecsClusters }, { clusterName }) =>
    ecsClusters.flatMap(({ number, account }) =>
      services.map((service) => ({
        account,
        title: 'mesh enrolment',
        name: `${names.ecsCluster(clusterName, number)}/${service}`,
      })),
    ),
  prepare_tests: () => [
    local('Deployment', `default/${names.eksShell}`),
    local('Deployment', `default/${names.eksEcho}`),
    local('Service', `default/${names.eksEcho}`),
  ],
};

const services = [names.shellService, names.echoService];

/** Everything that the chosen steps would make in an empty account. */
export function resourcesOf(
  scenario: Scenario,
  configuration: Configuration,
  chosen: ReadonlySet<string>,
): PlannedResource[] {
  return scenario.steps
    .filter(({ id }) => chosen.has(id))
    .flatMap(({ id }) => (makers[id]?.(scenario, configuration) ?? []).map((made) => ({ step: id, ...made })));
}

function eks(configuration: Configuration): Made[] {
  const { clusterName, region } = configuration;
  const named = (name: string) => `${clusterName}/${name}`;
  const subnets = (['Public', 'Private'] as const).flatMap((scope) =>
    zones.map((zone) =>
      local('subnet', named(`Subnet${scope}${`${region}${zone}`.toUpperCase().replaceAll('-', '')}`)),
    ),
  );
  return [
    local('VPC', eksVpcName(configuration)),
    ...subnets,
    local('Internet gateway', named('InternetGateway')),
    local('route table', named('PublicRouteTable')),
    local('route table', named('PrivateRouteTable')),
    local('elastic IP address', named('NATIP'), 'elastic-ip'),
    local('NAT gateway', named('NATGateway'), 'nat-gateway'),
    local('IAM role', `${clusterName}-cluster-role`),
    local('IAM role', `${clusterName}-node-role`),
    local('EKS cluster', clusterName, 'eks-cluster'),
    local('OIDC provider', 'of the EKS cluster'),
    local('EKS node group', names.nodeGroup, 'node-group'),
    ...nodeAddons.map((name) => local('EKS add-on', name)),
  ];
}

function roles(scenario: Scenario, { clusterName, accounts }: Configuration): Made[] {
  const perAccount = accountsOf(scenario).flatMap((account) => [
    { account, title: 'IAM policy', name: names.taskPolicy },
    { account, title: 'IAM role', name: names.taskRole },
    { account, title: 'IAM role', name: accounts[account].role ?? names.discoveryRoles[account] },
  ]);
  return [
    ...(usesExternal(scenario) ? [local('IAM policy', names.istiodPolicy)] : []),
    local('IAM role', istiodRole(scenario, clusterName)),
    ...perAccount,
  ];
}

const externalSide = (): Made[] => [
  external('VPC', externalNetwork.vpc),
  ...[...externalNetwork.privateSubnets, externalNetwork.publicSubnet].map(({ name }) => external('subnet', name)),
  external('Internet gateway', externalNetwork.internetGateway),
  external('route table', externalNetwork.publicRoutes),
  external('route table', externalNetwork.privateRoutes),
  external('elastic IP address', externalNetwork.address, 'elastic-ip'),
  external('NAT gateway', externalNetwork.natGateway, 'nat-gateway'),
  external('security group', externalNetwork.securityGroup),
  local('VPC peering', peeringName),
];

const ecsAccounts = (scenario: Scenario): Made[] =>
  accountsOf(scenario).flatMap((account) => [
    { account, title: 'log group', name: names.logGroup },
    { account, title: 'task definition', name: `${names.shellService}-definition` },
    { account, title: 'task definition', name: `${names.echoService}-definition` },
  ]);

function ecsCluster({ number, account }: EcsClusterFacts, { clusterName }: Configuration): Made[] {
  const name = names.ecsCluster(clusterName, number);
  return [
    { account, title: 'ECS cluster', name },
    ...services.map((service): Made => ({
      account,
      title: 'ECS service',
      name: `${name}/${service}`,
      priced: 'ecs-service',
    })),
  ];
}

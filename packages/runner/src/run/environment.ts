import { names, type Configuration } from '../configuration/index.ts';
import type { RunEnvironment, TopologyAccount, TopologyPlace } from '../events.ts';
import { eksCidr, externalCidr, externalNetwork } from '../network/plan.ts';
import { eksVpcName } from '../network/vpc.ts';
import { accountsOf } from '../scenario/accounts.ts';
import { placeName, placeOf } from '../scenario/place.ts';
import type { AccountName, EcsClusterFacts, Scenario } from '../scenario/types.ts';
import type { Target } from '../target.ts';

export interface EnvironmentParts {
  scenario: Scenario;
  configuration: Configuration;
  target: Target;
  versions?: Readonly<Record<string, string>>;
}

/** Where a run goes on, for its record. */
export function environmentOf(parts: EnvironmentParts): RunEnvironment {
  const { scenario, configuration, target, versions = {} } = parts;
  return {
    region: target.region,
    owner: configuration.ownerName,
    versions: { ...versions, Istio: configuration.istioTag },
    accounts: [...accountsOf(scenario).map((name) => accountOf(parts, name)), ...subscriptions(parts)],
  };
}

function accountOf({ scenario, configuration, target }: EnvironmentParts, name: AccountName): TopologyAccount {
  const own = scenario.ecsClusters.filter(({ account }) => account === name);
  const clusters = own.map((cluster) => ecsPlace(cluster, configuration));
  return {
    name: `${name} account`,
    id: target.accounts[name]?.id ?? '',
    network:
      name === 'local'
        ? { name: eksVpcName(configuration), cidr: eksCidr }
        : { name: externalNetwork.vpc, cidr: externalCidr },
    places: name === 'local' ? [eksPlace(configuration), ...clusters] : clusters,
  };
}

function subscriptions({ scenario, configuration, target }: EnvironmentParts): TopologyAccount[] {
  if (!scenario.kubernetes.includes('aks')) return [];
  const { azure, networks } = configuration;
  return [
    {
      name: 'Azure subscription',
      id: target.azure?.subscription ?? azure.subscription ?? '',
      network: { name: `${azure.resourceGroup}, ${networks.aks}`, cidr: '' },
      places: [
        {
          name: placeName('aks'),
          kind: 'AKS',
          cluster: azure.clusterName,
          caller: names.aksShell,
          target: names.aksEcho,
        },
      ],
    },
  ];
}

const eksPlace = ({ clusterName }: Configuration): TopologyPlace => ({
  name: placeName('eks'),
  kind: 'EKS',
  cluster: clusterName,
  caller: names.eksShell,
  target: names.eksEcho,
});

const ecsPlace = (facts: EcsClusterFacts, { clusterName }: Configuration): TopologyPlace => ({
  name: placeName(placeOf(facts)),
  kind: 'ECS on Fargate',
  cluster: names.ecsCluster(clusterName, facts.number),
  caller: names.shellService,
  target: names.echoService,
});

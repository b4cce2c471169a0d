import type { AccountName, Scenario } from './types.ts';

/** The accounts that a scenario uses; EKS is in the local one. */
export function accountsOf({ ecsClusters }: Scenario): AccountName[] {
  return [...new Set(['local' as const, ...ecsClusters.map(({ account }) => account)])];
}

export const usesExternal = (scenario: Scenario): boolean => accountsOf(scenario).includes('external');

/** The role that Pod Identity gives to istiod. With several accounts it is not the cluster's own. */
export function istiodRole(scenario: Scenario, clusterName: string): string {
  return usesExternal(scenario) ? 'istiod-role' : `istiod-eks-ecs-${clusterName}`;
}

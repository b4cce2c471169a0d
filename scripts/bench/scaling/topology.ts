/** An ECS cluster with a caller (shell-task) and a target (echo-service). */
export interface Member {
  /** `ecs-scale-7`, also its namespace. */
  name: string;
  /** Index of its account. */
  account: number;
  host: string;
}

export interface Topology {
  /** Of the accounts besides the scenarios' two, the first of which has the EKS cluster. */
  furtherAccounts: readonly string[];
  members: readonly Member[];
}

/** So many clusters, spread evenly over so many accounts. */
export function topologyOf(clusters: number, accounts: number): Topology {
  return {
    furtherAccounts: Array.from({ length: accounts - 2 }, (_, at) => String(at + 3).padStart(12, '0')),
    members: Array.from({ length: clusters }, (_, at) => {
      const name = `ecs-scale-${at + 1}`;
      const account = at % accounts;
      return { name, account, host: `echo-service.${name}.${domainOf(account)}` };
    }),
  };
}

/** The mesh domain of an account's hosts. */
export const domainOf = (account: number): string => (account === 0 ? 'ecs.local' : `ecs.external-${account}`);

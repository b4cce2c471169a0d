import { createKubeReader } from '@meshbed/clients/kube';
import type { Cause } from '../explain/index.ts';
import type { CloudContext, RunContext } from '../run/context.ts';
import { accountsOf } from '../scenario/accounts.ts';
import type { AccountName } from '../scenario/types.ts';

/** In the words of explain: `ecs/CLUSTER/SERVICE` or `eks/NAMESPACE/NAME`, and `host:port`. */
export interface ExplainedPair {
  from: string;
  to: string;
}

/**
 * What explain finds in the way, by asking the clouds. Undefined when it finds nothing, or can't be asked: what failed
 * matters more than why it can't be explained.
 */
export async function whyNot(run: CloudContext & Partial<RunContext>, pair: ExplainedPair): Promise<Cause | undefined> {
  try {
    const { explain, openAks, readMeshOf } = await import('../explain/index.ts'); // a run that succeeds never asks
    const { scenario, target, configuration } = run;
    const { access } = await run.kube();
    using kube = createKubeReader(access);
    const context = target.kind === 'sandbox' ? configuration.clusterName : access.context;
    const wanted = scenario ? accountsOf(scenario) : (Object.keys(target.accounts) as AccountName[]);
    const accounts = wanted.map((name) => ({
      clients: run.aws(name),
      profile: target.accounts[name]?.profile ?? name,
    }));
    const { azure } = target;
    const peer = azure && (() => openAks(azure, configuration));
    const sources = { accounts, kube, clusterName: configuration.clusterName, context, ...(peer && { peer }) };
    const { cause, warnings } = await explain(sources, await readMeshOf(sources), pair);
    return cause ?? warnings[0];
  } catch {
    return undefined;
  }
}

/** The parts of an error that a cause fills in. */
export function detailsOf(cause: Cause | undefined): { object?: string; likely?: string; next?: string } {
  if (!cause) return {};
  const [next] = cause.fix;
  return { object: cause.object, likely: cause.says, ...(next === undefined ? {} : { next }) };
}

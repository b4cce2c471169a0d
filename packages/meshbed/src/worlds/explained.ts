import { createAwsClients } from '@meshbed/clients/aws';
import { readerOfKubeconfig } from '@meshbed/clients/kube';
import { messageOf, ready, systemClock, waiting } from '@meshbed/core';
import { explain, type Explanation, type Pair, readMeshOf, type Sources } from '@meshbed/runner/explain';
import { eksCluster, eventually, type World } from './world.ts';

/** What `meshbed explain` reads of a world: the same APIs as everybody, with the credentials of both accounts. */
export async function sourcesOf({ target, sandbox }: World): Promise<Sources & Disposable> {
  const accounts = [target.accounts.local, target.accounts.external].map(({ id, profile, credentials, endpoint }) => ({
    profile,
    clients: createAwsClients({ id, region: target.region, credentials, endpoint }),
  }));
  const kube = await readerOfKubeconfig({ file: sandbox.directory.file('kubeconfig'), context: eksCluster, env: {} });
  return {
    accounts,
    kube,
    clusterName: eksCluster,
    [Symbol.dispose]() {
      for (const { clients } of accounts) clients[Symbol.dispose]();
      kube[Symbol.dispose]();
    },
  };
}

export async function explained(sources: Sources, pair: Pair): Promise<Explanation> {
  return explain(sources, await readMeshOf(sources), pair);
}

/** The explanation, once its cause is `reason`: what was broken takes its time to show. */
export function explainedAs(sources: Sources, pair: Pair, reason: string): Promise<Explanation> {
  return eventually(`${reason} for ${pair.from} → ${pair.to}`, async () => {
    const explanation = await explained(sources, pair).catch(messageOf);
    if (typeof explanation === 'string') return waiting(explanation);
    const { cause: found } = explanation;
    return found?.reason === reason
      ? ready(explanation)
      : waiting(found ? `${found.reason}: ${found.says}` : 'allowed');
  });
}

/** The explanation that came within a second; others share the machine, so that not every one has to. */
export function explainedWithinASecond(sources: Sources, pair: Pair): Promise<Explanation> {
  return eventually('an explanation within a second', async () => {
    const startedMs = systemClock.now();
    const explanation = await explained(sources, pair);
    const tookMs = systemClock.now() - startedMs;
    return tookMs < 1000 ? ready(explanation) : waiting(`it took ${tookMs} ms`);
  });
}

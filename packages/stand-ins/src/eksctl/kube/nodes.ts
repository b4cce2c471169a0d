import type { Cluster } from '@aws-sdk/client-eks';
import { ready, until, waiting } from '@meshbed/core';
import type { Aws } from '../aws.ts';
import { type EksctlContext, log } from '../context.ts';
import { connectKube } from './access.ts';

interface Node {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string }[] };
}

const isReady = ({ status }: Node) =>
  (status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True');

/** Waits until as many nodes of a group are ready. */
export async function nodesReady(
  aws: Aws,
  context: EksctlContext,
  { cluster, group, wanted }: { cluster: Cluster; group: string; wanted: number },
): Promise<boolean> {
  using kube = await connectKube(aws, context, cluster);
  log(context, 'info', `waiting for at least ${wanted} node(s) to become ready in "${group}"`);
  return until(
    async () => {
      const nodes = (await kube.list('v1', 'Node', {
        labels: `eks.amazonaws.com/nodegroup=${group}`,
      })) as unknown as Node[];
      const count = nodes.filter(isReady).length;
      return count >= wanted ? ready(true) : waiting(`${count} of ${wanted} nodes are ready`);
    },
    { clock: context.clock, what: `nodes of "${group}"`, timeoutMs: 25 * 60_000 },
  );
}

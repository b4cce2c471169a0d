import type { Program, ProgramContext } from '@meshbed/core';
import type { ServiceTable } from '../cluster/service-table.ts';
import { untilAborted } from '../runtime/termination.ts';

/** kube-proxy: while it runs, its node routes service addresses. */
export const kubeProxy =
  (services: () => ServiceTable) =>
  async ({ node, signal, setHealthy }: ProgramContext): Promise<number> => {
    if (!node) return 1;
    using _ = services().route(node.name);
    setHealthy(true);
    await untilAborted(signal);
    return 0;
  };

/** CoreDNS: while one of its pods runs, the cluster's names resolve. */
export const coreDns =
  (services: () => ServiceTable) =>
  async ({ signal, setHealthy }: ProgramContext): Promise<number> => {
    using _ = services().serveNames();
    setHealthy(true);
    await untilAborted(signal);
    return 0;
  };

/** A cloud's CNI: addresses come from the interface of the node, which the runtime assigns; the agent reports itself ready. */
const networkPlugin =
  (greeting: string) =>
  async ({ signal, setHealthy, log }: ProgramContext): Promise<number> => {
    log(greeting);
    setHealthy(true);
    await untilAborted(signal);
    return 0;
  };

export const awsNode: Program = networkPlugin('Successfully copied CNI plugin binary and config file.');
export const azureCns: Program = networkPlugin('[Azure CNS] Listening.');

import type { NetworkPlace, WorkloadRuntime, WorkloadSpec } from '@meshbed/core';
import type { ControllerContext } from '../controllers/controller.ts';
import type { Pod } from '../objects/index.ts';
import type { PodNetworkProvider } from '../server/options.ts';

/** What the kubelets of one cluster work with. */
export interface KubeletContext extends ControllerContext {
  runtime: WorkloadRuntime;
  podNetwork: PodNetworkProvider;
  imagePullProblem(image: string, nodeName: string): string | undefined;
  imagePullMs(images: readonly string[], nodeName: string): number;
  hostIp(pod: Pod): string;
  /** @throws PodProblem */
  specification(pod: Pod, network: NetworkPlace): WorkloadSpec;
}

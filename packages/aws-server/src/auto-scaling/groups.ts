import type { Context } from '../context.ts';
import { type ClusterRecord, EksState, type NodegroupRecord } from '../eks/state.ts';

export interface ScalingGroup {
  cluster: ClusterRecord;
  group: NodegroupRecord;
}

/** The scaling group of each managed node group of the caller's. */
export const scalingGroups = (context: Context): ScalingGroup[] =>
  [...context.state(EksState).clusters.values()].flatMap((cluster) =>
    [...cluster.nodegroups.values()].map((group) => ({ cluster, group })),
  );

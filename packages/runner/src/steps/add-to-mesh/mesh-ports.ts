import { MeshbedError } from '@meshbed/core';
import { names } from '../../configuration/index.ts';
import { admitting, echo, hbone, shell, xds, type NamedTraffic } from '../../mesh/ports.ts';
import { externalCidr } from '../../network/plan.ts';
import { ensureIngress, securityGroupNamed, type IngressRule } from '../../network/security-groups.ts';
import { describeEksCluster } from '../../run/connections.ts';
import { usesExternal } from '../../scenario/accounts.ts';
import type { StepContext } from '../types.ts';

type Side = 'tasks' | 'pods' | 'external';

/**
 * What the pods' group and the local tasks' group let in. The groups of the two accounts let each other's networks in
 * since they are connected.
 */
const openings: readonly { into: 'tasks' | 'pods'; from: Side; traffic: readonly NamedTraffic[] }[] = [
  { into: 'tasks', from: 'pods', traffic: [hbone, echo, shell] },
  { into: 'tasks', from: 'external', traffic: [hbone, echo, shell] },
  { into: 'pods', from: 'tasks', traffic: [hbone, xds, echo] },
];

/** EKS's own group admits only itself: without these rules nothing passes between pods and tasks. */
export async function ensureMeshPorts(step: StepContext): Promise<void> {
  const { pods, tasks } = await findGroups(step);
  const groups = { pods, tasks };
  const sources: Record<Side, IngressRule['from']> = {
    pods: { groupId: pods },
    tasks: { groupId: tasks },
    external: { cidr: externalCidr },
  };
  const needed = openings.filter(({ from }) => from !== 'external' || usesExternal(step.scenario));
  await Promise.all(
    (['pods', 'tasks'] as const).map((side) => {
      const own = needed.filter(({ into }) => into === side);
      const rules = own.flatMap(({ from, traffic }) => admitting(sources[from], traffic));
      return ensureIngress(step, step.local, { group: groups[side], rules });
    }),
  );
}

async function findGroups(step: StepContext): Promise<Record<'pods' | 'tasks', string>> {
  const { clusterName } = step.configuration;
  const { resourcesVpcConfig } = await describeEksCluster(step.local, clusterName);
  const pods = resourcesVpcConfig?.clusterSecurityGroupId;
  const taskGroup = names.taskSecurityGroup(clusterName);
  const tasks = (await securityGroupNamed(step.local, resourcesVpcConfig?.vpcId ?? '', taskGroup))?.GroupId;
  if (pods && tasks) return { pods, tasks };
  const missing = pods ? taskGroup : 'the security group of the EKS cluster';
  throw new MeshbedError('cloud/no-security-group', `there is no ${missing}`, {
    next: 'run from the step ecs_clusters on',
  });
}

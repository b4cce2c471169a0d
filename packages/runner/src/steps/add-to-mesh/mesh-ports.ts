import { MeshbedError } from '@meshbed/core';
import { securityGroupNamed } from '../../aws/network.ts';
import { ensureIngress, type IngressRule } from '../../aws/security-groups.ts';
import { names } from '../../configuration.ts';
import { appPorts, hbonePort, xdsPort, type NamedPort } from '../../mesh/ports.ts';
import { describeEksCluster } from '../../run/context.ts';
import type { StepContext } from '../types.ts';

/** Which ports the pods' group and the tasks' group open for each other. */
const openings: readonly { into: Side; from: Side; ports: readonly NamedPort[] }[] = [
  { into: 'tasks', from: 'pods', ports: [hbonePort, ...appPorts] },
  { into: 'pods', from: 'tasks', ports: [hbonePort, xdsPort, ...appPorts.slice(0, 1)] },
];

type Side = 'tasks' | 'pods';

/** EKS's own group admits only itself: without these rules nothing passes between pods and tasks. */
export async function ensureMeshPorts(step: StepContext): Promise<void> {
  const groups = await findGroups(step);
  const rules = openings.flatMap(({ into, from, ports }) =>
    ports.map(([port, description]): IngressRule => ({ group: groups[into], from: groups[from], port, description })),
  );
  for (const rule of rules) await ensureIngress(step, step.local, rule);
}

async function findGroups(step: StepContext): Promise<Record<Side, string>> {
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

import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { securityGroupNamed } from '../../aws/network.ts';
import { ensureIngress } from '../../aws/security-groups.ts';
import { tagged } from '../../aws/tags.ts';
import { names } from '../../configuration.ts';
import { appPorts, hbonePort } from '../../mesh/ports.ts';
import type { StepContext } from '../types.ts';

/** The group of the tasks. Among themselves they need the mesh's port and, before enrolment, those of the applications. */
export async function ensureTaskSecurityGroup(step: StepContext, vpcId: string): Promise<string> {
  const { ec2 } = step.local;
  const name = names.taskSecurityGroup(step.configuration.clusterName);
  const group = await step.ensure({
    kind: 'security group',
    name,
    find: async () => (await securityGroupNamed(step.local, vpcId, name))?.GroupId,
    async create() {
      const { GroupId = '' } = await ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: name,
          Description: 'Tasks of the ECS clusters of the mesh',
          VpcId: vpcId,
          TagSpecifications: tagged('security-group', name, step.configuration),
        }),
      );
      return GroupId;
    },
  });
  for (const [port, description] of [hbonePort, ...appPorts]) {
    await ensureIngress(step, step.local, { group, from: group, port, description });
  }
  return group;
}

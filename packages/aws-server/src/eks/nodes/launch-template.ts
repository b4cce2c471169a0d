import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { CreateNodegroupCommandInput } from '@aws-sdk/client-eks';
import type { Context } from '../../context.ts';
import { Ec2State } from '../../ec2/state.ts';
import { invalidParameter, invalidRequest } from '../errors.ts';

export interface UsedTemplate {
  shown: { id: string; name: string; version: string };
  data: RequestLaunchTemplateData;
}

/** The launch template that a new node group names. @throws AwsError when it is missing or says what the group says too. */
export function launchTemplateOf(
  context: Context,
  { launchTemplate, diskSize }: CreateNodegroupCommandInput,
): UsedTemplate | undefined {
  if (!launchTemplate) return undefined;
  if (diskSize !== undefined) throw invalidParameter('Disk size must be specified within the launch template.');
  const { id: wantedId, name: wantedName, version = '1' } = launchTemplate;
  const found = [...context.state(Ec2State).launchTemplates.values()].find(
    ({ id, name }) => id === wantedId || (wantedId === undefined && name === wantedName),
  );
  const index =
    version === '$Latest' ? (found?.versions.length ?? 0) - 1 : Number(version.replace('$Default', '1')) - 1;
  const data = found?.versions[index]?.data;
  if (!found || !data) {
    throw invalidRequest(`You do not have a launch template ${wantedId ?? wantedName} with version ${version}.`);
  }
  const unknown = data.SecurityGroupIds?.find((id) => context.world.fabric.securityGroups.get(id) === undefined);
  if (unknown !== undefined) throw invalidParameter(`The security group '${unknown}' does not exist`);
  return { shown: { id: found.id, name: found.name, version: String(index + 1) }, data };
}

import {
  DeleteSecurityGroupCommand,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { filter } from '../../aws/tags.ts';
import { names } from '../../configuration/index.ts';
import { gone, type Kind, type Place, type Search, type Sighting } from '../types.ts';
import { isOfGateway } from '../evidence.ts';
import { findEc2 } from './ec2.ts';
import { revoke } from './network-rule.ts';
import { allOf } from './pages.ts';

/** Groups may name each other in their rules: the rules go first, then each group can. */
export const securityGroup: Kind = {
  title: 'security group',
  after: ['ecs-service', 'load-balancer', 'node-group', 'eks-cluster', 'network-interface'],
  find: groups,
  async remove(place, { id }) {
    for (const rule of await rulesNaming(place, id)) await revoke(place, rule);
    await place.aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }));
    return ready(gone);
  },
  command: ({ id }) => `ec2 delete-security-group --group-id ${id}`,
  timeoutMs: 10 * 60_000,
};

function groups(search: Search): Promise<Sighting[]> {
  const ofTasks = names.taskSecurityGroup(search.configuration.clusterName);
  return findEc2(search, {
    list: (client, Filters) =>
      allOf(paginateDescribeSecurityGroups({ client }, { Filters }), ({ SecurityGroups }) => SecurityGroups),
    idOf: ({ GroupId }) => GroupId,
    tagsOf: ({ Tags }) => Tags,
    nameOf: ({ GroupName }) => GroupName,
    id: { filter: 'group-id', prefix: 'sg' },
    vpc: 'vpc-id',
    ofMesh: ({ GroupName, Tags }) => GroupName === ofTasks || isOfGateway(Tags),
    // The default one goes with its VPC.
    counts: ({ GroupName }) => GroupName !== 'default',
  });
}

/** Rules of other groups in the same VPC that admit members of the group: they keep it from being deleted. */
async function rulesNaming({ aws: { ec2: client } }: Place, group: string): Promise<SecurityGroupRule[]> {
  const [itself] = await allOf(
    paginateDescribeSecurityGroups({ client }, { GroupIds: [group] }),
    (page) => page.SecurityGroups,
  );
  const neighbours = await allOf(
    paginateDescribeSecurityGroups({ client }, { Filters: [filter('vpc-id', itself?.VpcId ?? '')] }),
    ({ SecurityGroups }) => SecurityGroups,
  );
  const naming = neighbours.filter(({ IpPermissions = [], IpPermissionsEgress = [], GroupId }) =>
    [...IpPermissions, ...IpPermissionsEgress].some(
      ({ UserIdGroupPairs = [] }) => GroupId !== group && UserIdGroupPairs.some((pair) => pair.GroupId === group),
    ),
  );
  if (naming.length === 0) return [];
  const Filters = [filter('group-id', ...naming.flatMap(({ GroupId }) => GroupId ?? []))];
  const rules = await allOf(
    paginateDescribeSecurityGroupRules({ client }, { Filters }),
    (page) => page.SecurityGroupRules,
  );
  return rules.filter(({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId === group);
}

import {
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { ready } from '@meshbed/core';
import { filter } from '../../aws/tags.ts';
import { externalCidr } from '../../network/plan.ts';
import { gone, type Kind, type Place } from '../types.ts';
import { eksCluster } from './eks.ts';
import { allOf } from './pages.ts';

/** What the group of an EKS cluster that stays lets in from the other account's network. */
export const networkRule: Kind = {
  title: 'security group rule',
  after: ['ecs-service', 'eks-cluster'],
  async find(search) {
    const group = (await eksCluster(search))?.resourcesVpcConfig?.clusterSecurityGroupId;
    if (group === undefined) return [];
    const rules = await rulesOf(search, group);
    const ours = rules.filter(({ CidrIpv4, IsEgress }) => CidrIpv4 === externalCidr && !IsEgress);
    return ours.map(({ SecurityGroupRuleId: id = '', ...rule }) => ({
      id,
      name: `${trafficOf(rule)} from ${externalCidr} into ${group}`,
      evidence: 'place',
      eks: false,
      within: group,
    }));
  },
  async remove(place, { id, within = '' }) {
    const rule = (await rulesOf(place, within)).find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
    if (rule) await revoke(place, rule);
    return ready(gone);
  },
  command: ({ id, within }) => `ec2 revoke-security-group-ingress --group-id ${within} --security-group-rule-ids ${id}`,
  timeoutMs: 2 * 60_000,
  inCluster: true,
};

const trafficOf = ({ IpProtocol, FromPort, ToPort }: SecurityGroupRule) =>
  [IpProtocol, ...(IpProtocol === 'tcp' ? [FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`] : [])].join(' ');

const rulesOf = ({ aws: { ec2: client } }: Place, group: string) =>
  allOf(
    paginateDescribeSecurityGroupRules({ client }, { Filters: [filter('group-id', group)] }),
    ({ SecurityGroupRules }) => SecurityGroupRules,
  );

export async function revoke({ aws: { ec2 } }: Place, rule: SecurityGroupRule): Promise<void> {
  const { GroupId, SecurityGroupRuleId = '', IsEgress } = rule;
  const named = { GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] };
  if (IsEgress) await ec2.send(new RevokeSecurityGroupEgressCommand(named));
  else await ec2.send(new RevokeSecurityGroupIngressCommand(named));
}

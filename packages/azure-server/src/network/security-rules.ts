import type { AzureRule } from '@meshbed/policy/network';
import type { Call } from '../arm/call.ts';
import type { ResourceType } from '../arm/provider.ts';
import { invalid, missing } from '../errors.ts';
import {
  findSecurityGroup,
  nameOf,
  ruleView,
  securityGroupType,
  type NetworkSecurityGroup,
} from './security-groups.ts';
import { networkVersions } from './versions.ts';

/** Rules of the groups that AKS made, which operators add their own to. */
export const securityRules: ResourceType = {
  versions: networkVersions,
  list: (call) => ({ status: 200, body: { value: groupOf(call).rules.map(ruleView) } }),
  get(call) {
    const found = groupOf(call).rules.find((rule) => isNamed(rule, call.name));
    if (found) return { status: 200, body: ruleView(found) };
    throw missing('NotFound', `Resource ${call.resource} not found.`);
  },
  put(call) {
    const group = groupOf(call);
    const rule = ruleIn(call, group);
    const others = group.rules.filter((each) => !isNamed(each, call.name));
    refuseConflict(rule, others);
    const status = others.length < group.rules.length ? 200 : 201;
    group.setRules([...others, rule]);
    return { status, body: ruleView(rule) };
  },
  delete(call) {
    const group = groupOf(call);
    const left = group.rules.filter((rule) => !isNamed(rule, call.name));
    if (left.length === group.rules.length) return { status: 204 };
    group.setRules(left);
    return { status: 200 };
  },
};

const isNamed = (rule: AzureRule, name: string) => nameOf(rule).toLowerCase() === name.toLowerCase();

function groupOf({ world, resource, id }: Call): NetworkSecurityGroup {
  const path = resource.replace(/\/securityRules(\/[^/]*)?$/i, '');
  const found = findSecurityGroup(world, path);
  if (found) return found;
  const name = path.split('/').at(-1);
  throw missing(
    'ResourceNotFound',
    `The Resource '${securityGroupType}/${name}' under resource group '${id.group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

interface RuleInput {
  priority?: number;
  direction?: string;
  access?: string;
  protocol?: string;
  sourceAddressPrefix?: string;
  sourceAddressPrefixes?: string[];
  destinationAddressPrefix?: string;
  destinationAddressPrefixes?: string[];
  destinationPortRange?: string;
  destinationPortRanges?: string[];
}

const [lowest, highest] = [100, 4096];

function ruleIn(call: Call, group: NetworkSecurityGroup): AzureRule {
  const { name } = call;
  const input = (call.body()['properties'] ?? {}) as RuleInput;
  const { priority = 0 } = input;
  if (!Number.isInteger(priority) || priority < lowest || priority > highest)
    throw invalid(
      'SecurityRuleInvalidPriority',
      `Security rule has invalid Priority. Value provided: ${priority} Allowed range ${lowest}-${highest}.`,
    );
  return {
    id: `${group.id}/securityRules/${name}`,
    priority,
    direction: oneOf(input, 'direction', ['Inbound', 'Outbound']),
    access: oneOf(input, 'access', ['Allow', 'Deny']),
    protocol: oneOf(input, 'protocol', ['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*']),
    sources: prefixes(input.sourceAddressPrefix, input.sourceAddressPrefixes),
    destinations: prefixes(input.destinationAddressPrefix, input.destinationAddressPrefixes),
    destinationPorts: prefixes(input.destinationPortRange, input.destinationPortRanges).map(portRange),
  };
}

function oneOf<T extends string>(
  input: RuleInput,
  member: 'direction' | 'access' | 'protocol',
  known: readonly T[],
): T {
  const given = input[member] ?? '';
  const found = known.find((each) => each.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(
    'InvalidRequestFormat',
    `Cannot parse the request. Error converting value "${given}" to type 'SecurityRule${member[0]?.toUpperCase()}${member.slice(1)}'. Path 'properties.${member}'.`,
  );
}

const prefixes = (one: string | undefined, many: readonly string[] | undefined): readonly string[] =>
  many && many.length > 0 ? many : [one ?? '*'];

function portRange(given: string): string {
  const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(given) ?? [];
  if (given === '*' || (from !== '' && Number(from) <= Number(to) && Number(to) <= 65_535)) return given;
  throw invalid('SecurityRuleInvalidPortRange', `Security rule has invalid Port range. Value provided: ${given}.`);
}

function refuseConflict(rule: AzureRule, others: readonly AzureRule[]): void {
  const other = others.find(({ priority, direction }) => priority === rule.priority && direction === rule.direction);
  if (!other) return;
  throw invalid(
    'SecurityRuleConflict',
    `Security rule ${nameOf(rule)} conflicts with rule ${nameOf(other)}. Rules cannot have the same Priority and Direction. To learn more, see aka.ms/nsgrules.`,
  );
}

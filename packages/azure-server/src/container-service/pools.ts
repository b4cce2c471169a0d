import { invalid } from '../errors.ts';
import { findLocation } from '../locations.ts';
import { findSubnet } from '../network/virtual-networks.ts';
import type { World } from '../world.ts';
import { findSize, vmSizes } from './sizes.ts';
import type { ClusterRecord, PoolRecord } from './state.ts';
import { poolProperties, refuseUnmodelled } from './unmodelled.ts';

export interface PoolInput {
  name?: string;
  count?: number;
  vmSize?: string;
  mode?: 'System' | 'User';
  availabilityZones?: string[] | null;
  nodeLabels?: Record<string, string> | null;
  vnetSubnetID?: string | null;
  [other: string]: unknown;
}

export interface PoolSite {
  world: World;
  location: string;
  /** Digits in the names of the machines. */
  digits: string;
  /** The mode when none is said. */
  usualMode: 'System' | 'User';
}

const usualCount = 1;
const usualSize = 'Standard_D2s_v3';

/** @throws ArmError for what AKS refuses, or this sandbox doesn't model */
export function newPool(input: PoolInput, { world, location, digits, usualMode }: PoolSite): PoolRecord {
  const { name = '', mode = usualMode, vnetSubnetID } = input;
  refuseUnmodelled(input, poolProperties, `agentPoolProfile ${name}`);
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    throw invalid(
      'InvalidParameter',
      `The value of parameter agentPoolProfile.name is invalid. Error details: '${name}' must begin with a lower-case letter and have at most 12 lower-case letters and digits.`,
    );
  }
  if (vnetSubnetID && !findSubnet(world, vnetSubnetID))
    throw invalid('VnetSubnetIDNotFound', `The subnet ${vnetSubnetID} of agent pool ${name} could not be found.`);
  return {
    name,
    count: countOf(input, mode),
    size: sizeOf(input, { location, mode }),
    mode,
    zones: zonesOf(input, location),
    labels: input.nodeLabels ?? {},
    subnetId: vnetSubnetID || undefined,
    state: 'Creating',
    scaleSet: `aks-${name}-${digits}-vmss`,
    next: 0,
    nodes: [],
    echo: input,
  };
}

const mostNodes = 1000;

export function countOf({ name = '', count = usualCount }: PoolInput, mode: string): number {
  const least = mode === 'System' ? 1 : 0;
  if (Number.isInteger(count) && count >= least && count <= mostNodes) return count;
  throw invalid(
    'InvalidParameter',
    `The value of parameter agentPoolProfile.count is invalid. Error details: agent pool ${name} of mode ${mode} may have ${least} to ${mostNodes} nodes, not ${count}.`,
  );
}

function sizeOf({ vmSize }: PoolInput, { location, mode }: { location: string; mode: string }) {
  const wanted = vmSize || usualSize;
  const found = findSize(wanted);
  if (!found) {
    throw invalid(
      'BadRequest',
      `The VM size of ${wanted} is not allowed in your subscription in location '${location}'. The available VM sizes are '${vmSizes.map(({ name }) => name.toLowerCase()).join(',')}'. For more details, please visit https://aka.ms/cpu-quota`,
    );
  }
  if (mode === 'User' || (found.cores >= 2 && found.memoryGib >= 4)) return found;
  throw invalid(
    'InvalidParameter',
    `System node pools must use VM sku with more than 2 cores and 4GB memory. got cores: ${found.cores}, memory: ${found.memoryGib}.`,
  );
}

function zonesOf({ availabilityZones }: PoolInput, location: string): string[] {
  const zones = availabilityZones ?? [];
  const isKnown = zones.every((zone) => ['1', '2', '3'].includes(zone));
  if (zones.length === 0 || (isKnown && findLocation(location)?.zones)) return zones;
  throw invalid(
    'AvailabilityZoneNotSupported',
    `Preflight validation check for resource(s) failed. The zone(s) '${zones.join(',')}' for resource 'agentpool' is not supported in location '${location}'.`,
  );
}

/** Virtual cores that the pools of a subscription use in a region. */
export const coresOf = (pools: readonly PoolRecord[]): number =>
  pools.reduce((sum, { count, size }) => sum + count * size.cores, 0);

interface Region {
  subscription: string;
  location: string;
}

export const clustersIn = ({ aks }: World, { subscription, location }: Region): ClusterRecord[] =>
  [...aks.values()].filter((each) => each.subscription === subscription && each.location === location);

/** @throws ArmError ErrCode_InsufficientVCPUQuota */
export function checkQuota(
  world: World,
  { id, ...region }: Region & { id: string },
  wanted: readonly PoolRecord[],
): void {
  const { location } = region;
  const others = clustersIn(world, region).filter((each) => each.id !== id);
  const left = world.coreQuota - coresOf(others.flatMap(({ pools }) => pools));
  const asked = coresOf(wanted);
  if (asked <= left) return;
  throw invalid(
    'ErrCode_InsufficientVCPUQuota',
    `Insufficient regional vcpu quota left for location ${location}. left regional vcpu quota ${left}, requested quota ${asked}. If you want to increase the quota, please follow this instruction: https://learn.microsoft.com/en-us/azure/quotas/view-quotas. Surge nodes would also consume vcpu quota, please consider use smaller maxSurge or use maxUnavailable to proceed upgrade without surge nodes, details: aka.ms/aks/maxUnavailable.`,
  );
}

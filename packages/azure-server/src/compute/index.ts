import type { Call } from '../arm/call.ts';
import type { Provider, ResourceType, Versions } from '../arm/provider.ts';
import { clustersIn } from '../container-service/pools.ts';
import { vmSizes } from '../container-service/sizes.ts';
import { missing } from '../errors.ts';
import { findLocation, locations } from '../locations.ts';

const versions: Versions = { first: '2017-12-01', last: '2026-12-31' };

/** What a subscription may use of virtual machines, and which there are; the machines themselves belong to AKS. */
export const computeProvider: Provider = {
  namespace: 'Microsoft.Compute',
  types: {
    'locations/usages': { versions, list: usages },
    'locations/vmSizes': { versions, list: sizes },
    skus: { versions, list: skus },
  } satisfies Record<string, ResourceType>,
};

function locationIn({ name, version }: Call, type: string): string {
  const found = findLocation(name);
  if (found) return found.name;
  throw missing(
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${name}' and API version '${version}' for type '${type}'. The supported locations are '${locations.map((each) => each.name).join(', ')}'.`,
  );
}

/** In cores: of the region, and of each family. */
function usages(call: Call) {
  const { world, subscription } = call;
  const location = locationIn(call, 'locations/usages');
  const pools = clustersIn(world, { subscription, location }).flatMap((cluster) => cluster.pools);
  const used = (family?: string) =>
    pools
      .filter(({ size }) => family === undefined || size.family === family)
      .reduce((sum, { count, size }) => sum + count * size.cores, 0);
  const usage = (value: string, localizedValue: string, currentValue: number) => ({
    unit: 'Count',
    currentValue,
    limit: world.coreQuota,
    name: { value, localizedValue },
  });
  const families = [...new Set(vmSizes.map(({ family }) => family))];
  const value = [
    usage('cores', 'Total Regional vCPUs', used()),
    ...families.map((family) => usage(family, localized(family), used(family))),
  ];
  return { status: 200, body: { value } };
}

/** `standardDSv2Family` → `Standard DSv2 Family vCPUs` */
const localized = (family: string) => `Standard ${family.slice('standard'.length, -'Family'.length)} Family vCPUs`;

function sizes(call: Call) {
  locationIn(call, 'locations/vmSizes');
  const value = vmSizes.map(({ name, cores, memoryGib }) => ({
    name,
    numberOfCores: cores,
    memoryInMB: memoryGib * 1024,
    maxDataDiskCount: cores * 4,
    osDiskSizeInMB: 1_047_552,
    resourceDiskSizeInMB: memoryGib * 2048,
  }));
  return { status: 200, body: { value } };
}

/** `$filter=location eq 'eastus'` is the only one that Azure knows here. */
function skus({ request }: Call) {
  const wanted = /^location eq '([^']*)'$/i.exec(request.query.get('$filter')?.trim() ?? '')?.[1];
  const places = locations.filter(({ name }) => wanted === undefined || name === findLocation(wanted)?.name);
  const value = places.flatMap(({ name: location, zones }) =>
    vmSizes.map(({ name, family, cores, memoryGib }) => ({
      resourceType: 'virtualMachines',
      name,
      tier: 'Standard',
      size: name.replace('Standard_', ''),
      family,
      locations: [location],
      locationInfo: [{ location, zones: zones ? ['1', '2', '3'] : [] }],
      capabilities: [
        { name: 'vCPUs', value: String(cores) },
        { name: 'MemoryGB', value: String(memoryGib) },
      ],
      restrictions: [],
    })),
  );
  return { status: 200, body: { value } };
}

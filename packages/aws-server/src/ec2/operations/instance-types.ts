import type * as EC2 from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { filtered, type FilterTable } from '../filters.ts';
import { type InstanceType, instanceTypes } from '../instance-types.ts';
import { reading } from '../rules.ts';
import { zoneId, zonesOf } from '../zones.ts';

const shapeOf = ({
  name,
  vcpus,
  memoryMib,
  interfaces,
  addressesPerInterface,
}: InstanceType): EC2.InstanceTypeInfo => ({
  InstanceType: name as EC2._InstanceType,
  CurrentGeneration: !name.startsWith('t2.'),
  FreeTierEligible: name === 't2.micro' || name === 't3.micro',
  SupportedUsageClasses: ['on-demand', 'spot'],
  SupportedRootDeviceTypes: ['ebs'],
  BareMetal: false,
  ProcessorInfo: { SupportedArchitectures: [name.startsWith('t4g.') ? 'arm64' : 'x86_64'] },
  VCpuInfo: { DefaultVCpus: vcpus },
  MemoryInfo: { SizeInMiB: memoryMib },
  NetworkInfo: {
    MaximumNetworkInterfaces: interfaces,
    Ipv4AddressesPerInterface: addressesPerInterface,
    Ipv6Supported: true,
  },
});

const typeFilters: FilterTable<InstanceType> = {
  'instance-type': ({ name }) => name,
  'vcpu-info.default-vcpus': ({ vcpus }) => vcpus,
  'memory-info.size-in-mib': ({ memoryMib }) => memoryMib,
  'current-generation': (type) => shapeOf(type).CurrentGeneration,
  'processor-info.supported-architecture': (type) => shapeOf(type).ProcessorInfo?.SupportedArchitectures,
};

/** Where a type is offered, in the words of the call. */
const places = (region: string, kind: EC2.LocationType): readonly string[] => {
  if (kind === 'region') return [region];
  return kind === 'availability-zone-id' ? zonesOf(region).map(zoneId) : zonesOf(region);
};

const noTags = () => new Map<string, string>();

export const instanceTypeOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeInstanceTypes({ InstanceTypes = [], Filters }) {
      const stranger = InstanceTypes.find((name) => !instanceTypes.some((type) => type.name === name));
      if (stranger !== undefined) {
        throw new AwsError(
          'InvalidInstanceType',
          `The following supplied instance types do not exist: [${stranger}]; this sandbox knows ${instanceTypes.length}`,
        );
      }
      const named = instanceTypes.filter(
        ({ name }) => InstanceTypes.length === 0 || (InstanceTypes as string[]).includes(name),
      );
      return { InstanceTypes: filtered(named, Filters, typeFilters, noTags).map(shapeOf) };
    },
    DescribeInstanceTypeOfferings({ LocationType = 'region', Filters }, { region }) {
      const offers = instanceTypes.flatMap(({ name }) =>
        places(region, LocationType).map((place) => ({ name, place })),
      );
      const left = filtered(
        offers,
        Filters,
        { 'instance-type': ({ name }) => name, location: ({ place }) => place },
        noTags,
      );
      return {
        InstanceTypeOfferings: left.map(({ name, place }) => ({
          InstanceType: name as EC2._InstanceType,
          LocationType,
          Location: place,
        })),
      };
    },
  },
  rules: {
    DescribeInstanceTypes: reading('InstanceTypes Filters NextToken MaxResults'),
    DescribeInstanceTypeOfferings: reading('LocationType Filters NextToken MaxResults'),
  },
};

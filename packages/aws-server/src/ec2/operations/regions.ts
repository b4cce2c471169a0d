import type * as EC2 from '@aws-sdk/client-ec2';
import type { ServiceParts } from '../../service.ts';
import { filtered } from '../filters.ts';
import { invalidValue } from '../errors.ts';
import { reading } from '../rules.ts';

/** Enabled by default in every account. */
const regions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const endpoint = (region: string) => `ec2.${region}.amazonaws.com`;

export const regionOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeRegions({ RegionNames = [], Filters }) {
      const stranger = RegionNames.find((name) => !regions.includes(name));
      if (stranger !== undefined) throw invalidValue(`Invalid region name: ${stranger}`);
      const named = regions.filter((name) => RegionNames.length === 0 || RegionNames.includes(name));
      const left = filtered(
        named,
        Filters,
        { 'region-name': (name) => name, endpoint, 'opt-in-status': () => 'opt-in-not-required' },
        () => new Map(),
      );
      return {
        Regions: left.map((RegionName) => ({
          RegionName,
          Endpoint: endpoint(RegionName),
          OptInStatus: 'opt-in-not-required',
        })),
      };
    },
  },
  rules: { DescribeRegions: reading('RegionNames Filters AllRegions') },
};

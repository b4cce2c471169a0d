import type * as EC2 from '@aws-sdk/client-ec2';
import type { ServiceParts } from '../../service.ts';
import { filtered } from '../filters.ts';
import { reading } from '../rules.ts';
import { zoneId, zonesOf } from '../zones.ts';
import { invalidValue } from '../errors.ts';

const shapeOf = (region: string, zone: string): EC2.AvailabilityZone => ({
  ZoneName: zone,
  ZoneId: zoneId(zone),
  State: 'available',
  OptInStatus: 'opt-in-not-required',
  RegionName: region,
  ZoneType: 'availability-zone',
  GroupName: region,
  NetworkBorderGroup: region,
  Messages: [],
});

export const zoneOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeAvailabilityZones({ ZoneNames = [], ZoneIds = [], Filters }, { region }) {
      const stranger = ZoneNames.find((name) => !zonesOf(region).includes(name));
      if (stranger !== undefined) throw invalidValue(`Invalid availability zone: [${stranger}]`);
      const zones = zonesOf(region).filter(
        (name) =>
          (ZoneNames.length === 0 || ZoneNames.includes(name)) &&
          (ZoneIds.length === 0 || ZoneIds.includes(zoneId(name))),
      );
      const left = filtered(
        zones,
        Filters,
        {
          'zone-name': (zone) => zone,
          'zone-id': zoneId,
          'zone-type': () => 'availability-zone',
          'group-name': () => region,
          state: () => 'available',
          'region-name': () => region,
          'opt-in-status': () => 'opt-in-not-required',
        },
        () => new Map(),
      );
      return { AvailabilityZones: left.map((zone) => shapeOf(region, zone)) };
    },
  },
  rules: { DescribeAvailabilityZones: reading('ZoneNames ZoneIds Filters AllAvailabilityZones') },
};

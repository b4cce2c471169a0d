import type * as EC2 from '@aws-sdk/client-ec2';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { reading } from '../rules.ts';
import { Ec2State, type Instance } from '../state.ts';
import { shownTags } from '../tags.ts';

/** The root volume of a machine; it comes and goes with it. */
interface Volume {
  id: string;
  instance: Instance;
  tags: ReadonlyMap<string, string>;
}

const device = '/dev/xvda';
const sizeGib = 80;

const volumes = (context: Context): Volume[] =>
  [...context.state(Ec2State).instances.values()]
    .filter(({ state }) => state !== 'terminated')
    .map((instance) => ({ id: `vol-${instance.id.slice('i-'.length)}`, instance, tags: instance.tags }));

const shapeOf = ({ id, instance, tags }: Volume): EC2.Volume => ({
  VolumeId: id,
  AvailabilityZone: instance.zone,
  CreateTime: new Date(instance.launchedAtMs),
  Encrypted: false,
  Iops: 3000,
  MultiAttachEnabled: false,
  Size: sizeGib,
  SnapshotId: '',
  State: 'in-use',
  Tags: shownTags(tags),
  Throughput: 125,
  VolumeType: 'gp3',
  Attachments: [
    {
      AttachTime: new Date(instance.launchedAtMs),
      DeleteOnTermination: true,
      Device: device,
      InstanceId: instance.id,
      State: 'attached',
      VolumeId: id,
    },
  ],
});

export const volumeOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeVolumes(input, context) {
      const { items, next } = describe(
        {
          kind: 'volume',
          items: volumes(context),
          filters: {
            'volume-id': ({ id }) => id,
            'availability-zone': ({ instance }) => instance.zone,
            'volume-type': () => 'gp3',
            size: () => sizeGib,
            status: () => 'in-use',
            'attachment.instance-id': ({ instance }) => instance.id,
            'attachment.status': () => 'attached',
            'attachment.device': () => device,
            'attachment.delete-on-termination': () => true,
          },
        },
        { ids: input.VolumeIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { Volumes: items.map(shapeOf), ...nextToken(next) };
    },
  },
  rules: { DescribeVolumes: reading('VolumeIds Filters NextToken MaxResults') },
};

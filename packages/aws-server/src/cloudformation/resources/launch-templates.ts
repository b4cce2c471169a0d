import type { ResourceType } from './types.ts';

interface Created {
  LaunchTemplate: { LaunchTemplateId: string; LatestVersionNumber: number; DefaultVersionNumber: number };
}

/** Tags of the template itself; those of instances are in its data. */
const ownTags = (specifications: unknown): unknown =>
  (specifications as { ResourceType: string; Tags: unknown[] }[])
    .filter(({ ResourceType }) => ResourceType === 'launch-template')
    .flatMap(({ Tags }) => Tags);

export const launchTemplateTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::EC2::LaunchTemplate': {
    properties: 'LaunchTemplateName LaunchTemplateData TagSpecifications',
    async create({ LaunchTemplateName, LaunchTemplateData, TagSpecifications = [] }, { aws, tags, generatedName }) {
      const { LaunchTemplate } = await aws<Created>('ec2', 'CreateLaunchTemplate', {
        LaunchTemplateName: LaunchTemplateName ?? generatedName,
        LaunchTemplateData,
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags(ownTags(TagSpecifications)) }],
      });
      const { LaunchTemplateId, LatestVersionNumber, DefaultVersionNumber } = LaunchTemplate;
      return {
        physicalId: LaunchTemplateId,
        attributes: {
          LaunchTemplateId,
          LatestVersionNumber: String(LatestVersionNumber),
          DefaultVersionNumber: String(DefaultVersionNumber),
        },
      };
    },
    async delete({ physicalId }, { aws }) {
      await aws('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId: physicalId });
    },
  },
};

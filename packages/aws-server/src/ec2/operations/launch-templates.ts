import type * as EC2 from '@aws-sdk/client-ec2';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { missing } from '../kinds.ts';
import { acting, creating, reading } from '../rules.ts';
import { Ec2State, type LaunchTemplate } from '../state.ts';
import { shownTags, tagsFor } from '../tags.ts';

const templatesOf = (context: Context): LaunchTemplate[] => [...context.state(Ec2State).launchTemplates.values()];

const shapeOf = (template: LaunchTemplate): EC2.LaunchTemplate => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  CreateTime: new Date(template.createdAtMs),
  CreatedBy: template.createdBy,
  DefaultVersionNumber: 1,
  LatestVersionNumber: template.versions.length,
  Tags: shownTags(template.tags),
});

const versionShape = (template: LaunchTemplate, index: number): EC2.LaunchTemplateVersion => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  VersionNumber: index + 1,
  CreateTime: new Date(template.versions[index]?.createdAtMs ?? 0),
  CreatedBy: template.createdBy,
  DefaultVersion: index === 0,
  LaunchTemplateData: template.versions[index]?.data as EC2.ResponseLaunchTemplateData,
});

interface Reference {
  LaunchTemplateId?: string | undefined;
  LaunchTemplateName?: string | undefined;
}

function templateOf(context: Context, { LaunchTemplateId, LaunchTemplateName }: Reference): LaunchTemplate {
  const found = templatesOf(context).find(
    ({ id, name }) => id === LaunchTemplateId || (LaunchTemplateId === undefined && name === LaunchTemplateName),
  );
  if (found) return found;
  if (LaunchTemplateId !== undefined) throw missing('launch-template', LaunchTemplateId);
  const message = 'The specified launch template, with template name ' + `${LaunchTemplateName}, does not exist.`;
  throw new AwsError('InvalidLaunchTemplateName.NotFoundException', message);
}

function create(input: EC2.CreateLaunchTemplateCommandInput, context: Context): LaunchTemplate {
  const { LaunchTemplateName: name = '', LaunchTemplateData: data = {} } = input;
  const tags = tagsFor('launch-template', input.TagSpecifications);
  if (templatesOf(context).some((template) => template.name === name)) {
    throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
  }
  const { world, principal } = context;
  const createdAtMs = world.clock.now();
  const template: LaunchTemplate = {
    id: `lt-${world.ids.hex(17)}`,
    name,
    createdAtMs,
    createdBy: principal.arn,
    versions: [{ createdAtMs, data }],
    tags,
  };
  context.state(Ec2State).launchTemplates.set(template.id, template);
  return template;
}

/** `1`, `$Default`, `$Latest`; none means all. */
function versionIndexes({ versions }: LaunchTemplate, wanted: readonly string[] = []): number[] {
  const all = versions.map((_, index) => index);
  if (wanted.length === 0) return all;
  return wanted.map((version) => {
    if (version === '$Default') return 0;
    const index = version === '$Latest' ? versions.length - 1 : Number(version) - 1;
    if (all.includes(index)) return index;
    throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', `Could not find launch template version ${version}.`);
  });
}

const onTemplate = ({ LaunchTemplateId }: Reference) => LaunchTemplateId;

export const launchTemplateOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateLaunchTemplate: (input, context) => ({ LaunchTemplate: shapeOf(create(input, context)) }),
    CreateLaunchTemplateVersion(input, context) {
      const template = templateOf(context, input);
      template.versions.push({ createdAtMs: context.world.clock.now(), data: input.LaunchTemplateData ?? {} });
      return { LaunchTemplateVersion: versionShape(template, template.versions.length - 1) };
    },
    DescribeLaunchTemplates(input, context) {
      const { LaunchTemplateNames = [] } = input;
      for (const LaunchTemplateName of LaunchTemplateNames) templateOf(context, { LaunchTemplateName });
      const items = templatesOf(context).filter(
        ({ name }) => LaunchTemplateNames.length === 0 || LaunchTemplateNames.includes(name),
      );
      const page = describe(
        {
          kind: 'launch-template',
          items,
          filters: { 'launch-template-name': ({ name }) => name, 'create-time': ({ createdAtMs }) => createdAtMs },
        },
        {
          ids: input.LaunchTemplateIds,
          filters: input.Filters,
          nextToken: input.NextToken,
          maxResults: input.MaxResults,
        },
      );
      return { LaunchTemplates: page.items.map(shapeOf), ...nextToken(page.next) };
    },
    DescribeLaunchTemplateVersions(input, context) {
      const template = templateOf(context, input);
      const indexes = versionIndexes(template, input.Versions);
      return { LaunchTemplateVersions: indexes.map((index) => versionShape(template, index)) };
    },
    DeleteLaunchTemplate(input, context) {
      const template = templateOf(context, input);
      context.state(Ec2State).launchTemplates.delete(template.id);
      return { LaunchTemplate: shapeOf(template) };
    },
  },
  rules: {
    CreateLaunchTemplate: creating(
      'launch-template',
      'CreateLaunchTemplate',
      'LaunchTemplateName LaunchTemplateData VersionDescription TagSpecifications ClientToken',
    ),
    CreateLaunchTemplateVersion: acting(
      'LaunchTemplateId LaunchTemplateName LaunchTemplateData VersionDescription ClientToken',
      onTemplate,
    ),
    DescribeLaunchTemplates: reading('LaunchTemplateIds LaunchTemplateNames Filters NextToken MaxResults'),
    DescribeLaunchTemplateVersions: reading('LaunchTemplateId LaunchTemplateName Versions'),
    DeleteLaunchTemplate: acting('LaunchTemplateId LaunchTemplateName', onTemplate),
  },
};

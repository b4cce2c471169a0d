import { ec2Types } from './ec2.ts';
import { eksTypes } from './eks.ts';
import { iamTypes } from './iam.ts';
import { launchTemplateTypes } from './launch-templates.ts';
import { securityGroupTypes } from './security-groups.ts';
import type { ResourceType } from './types.ts';

export type { Answer, Made, ResourceType, Tag, Update, Work } from './types.ts';

/** Every type of resource that a template can have. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...ec2Types,
  ...securityGroupTypes,
  ...launchTemplateTypes,
  ...iamTypes,
  ...eksTypes,
};

/** Types that need the caller's acknowledgement. */
export const isIdentity = (type: string): boolean => type.startsWith('AWS::IAM::');

import { createRequire } from 'node:module';
import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import { combined, type Service, service } from '../service.ts';
import { changeSetOperations } from './operations/change-sets.ts';
import { stackResourceOperations } from './operations/resources.ts';
import { stackOperations } from './operations/stacks.ts';

const require = createRequire(import.meta.url);

/** Stacks of the resource types that are in `resources/`: enough for what eksctl leaves behind, and templates like it. */
export const cloudFormation: Service = service<typeof CloudFormation>(
  () => require('@aws-sdk/client-cloudformation') as unknown,
  {
    name: 'cloudformation',
    protocol: 'query',
    scope: 'cloudformation',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  },
  combined<typeof CloudFormation>([stackOperations, stackResourceOperations, changeSetOperations]),
);

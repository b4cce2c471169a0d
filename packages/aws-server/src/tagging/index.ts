import { createRequire } from 'node:module';
import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api';
import { combined, type Service, service } from '../service.ts';
import { changeOperations } from './operations/changes.ts';
import { searchOperations } from './operations/search.ts';

const require = createRequire(import.meta.url);

/** The tags of all services at once. */
export const tagging: Service = service<typeof Tagging>(
  () => require('@aws-sdk/client-resource-groups-tagging-api') as unknown,
  {
    name: 'resourcegroupstaggingapi',
    actions: 'tag',
    protocol: 'json',
    scope: 'tagging',
    version: '2017-01-26',
    target: 'ResourceGroupsTaggingAPI_20170126',
  },
  combined<typeof Tagging>([searchOperations, changeOperations]),
);

import { createRequire } from 'node:module';
import type * as ECS from '@aws-sdk/client-ecs';
import { type Service, service } from '../service.ts';
import { accountSettingOperations } from './operations/account-settings.ts';
import { clusterOperations } from './operations/clusters.ts';
import { execOperations } from './operations/exec.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskOperations } from './operations/tasks.ts';
import { rules } from './rules.ts';

const require = createRequire(import.meta.url);

/** ECS with Fargate tasks in awsvpc networks. */
export const ecs: Service = service<typeof ECS>(
  () => require('@aws-sdk/client-ecs') as unknown,
  { name: 'ecs', protocol: 'json', scope: 'ecs', version: '2014-11-13', target: 'AmazonEC2ContainerServiceV20141113' },
  {
    handlers: {
      ...accountSettingOperations,
      ...clusterOperations,
      ...taskDefinitionOperations,
      ...serviceOperations,
      ...taskOperations,
      ...tagOperations,
      ...execOperations,
    },
    rules,
  },
);

import { createRequire } from 'node:module';
import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import { combined, type Service, service } from '../service.ts';
import { listenerOperations } from './operations/listeners.ts';
import { loadBalancerOperations } from './operations/load-balancers.ts';
import { tagOperations } from './operations/tags.ts';
import { targetGroupOperations } from './operations/target-groups.ts';
import { targetOperations } from './operations/targets.ts';

const require = createRequire(import.meta.url);

export const elbv2: Service = service<typeof ELB>(
  () => require('@aws-sdk/client-elastic-load-balancing-v2') as unknown,
  {
    name: 'elasticloadbalancing',
    protocol: 'query',
    scope: 'elasticloadbalancing',
    version: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  },
  combined<typeof ELB>([
    loadBalancerOperations,
    targetGroupOperations,
    targetOperations,
    listenerOperations,
    tagOperations,
  ]),
);

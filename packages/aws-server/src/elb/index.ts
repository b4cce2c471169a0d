import { createRequire } from 'node:module';
import type * as ELB from '@aws-sdk/client-elastic-load-balancing';
import { combined, type Service, service } from '../service.ts';
import { instanceOperations } from './operations/instances.ts';
import { loadBalancerOperations } from './operations/load-balancers.ts';
import { tagOperations } from './operations/tags.ts';

const require = createRequire(import.meta.url);

/** Classic load balancers: what Kubernetes makes of a Service when nothing says otherwise. */
export const elb: Service = service<typeof ELB>(
  () => require('@aws-sdk/client-elastic-load-balancing') as unknown,
  {
    name: 'elb',
    actions: 'elasticloadbalancing',
    protocol: 'query',
    scope: 'elasticloadbalancing',
    version: '2012-06-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
  },
  combined<typeof ELB>([loadBalancerOperations, instanceOperations, tagOperations]),
);

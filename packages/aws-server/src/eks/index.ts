import { createRequire } from 'node:module';
import type * as EKS from '@aws-sdk/client-eks';
import { type Service, service } from '../service.ts';
import { accessEntryOperations } from './operations/access-entries.ts';
import { addonOperations } from './operations/addons.ts';
import { associationOperations } from './operations/associations.ts';
import { clusterConfigOperations } from './operations/cluster-config.ts';
import { clusterOperations } from './operations/clusters.ts';
import { nodegroupOperations } from './operations/nodegroups.ts';
import { tagOperations } from './operations/tags.ts';
import { rules } from './rules.ts';

export { type ClusterAccess, clusterAccess } from './access.ts';

const require = createRequire(import.meta.url);

/** EKS: the cloud's side of clusters; their Kubernetes side is the host's. */
export const eks: Service = service<typeof EKS>(
  () => require('@aws-sdk/client-eks') as unknown,
  { name: 'eks', protocol: 'rest', scope: 'eks', version: '2017-11-01' },
  {
    handlers: {
      ...clusterOperations,
      ...clusterConfigOperations,
      ...nodegroupOperations,
      ...addonOperations,
      ...associationOperations,
      ...accessEntryOperations,
      ...tagOperations,
    },
    rules,
  },
);

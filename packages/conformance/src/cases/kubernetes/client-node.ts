import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect } from 'vitest';
import type { Case } from '../../case.ts';

/** What client-node must be able to do. */
export const clientNodeCases: readonly Omit<Case, 'client'>[] = [
  {
    area: 'discovery',
    name: 'nodes: list those of the node group',
    async run(stage) {
      const config = new KubeConfig();
      config.loadFromFile((await stage.cluster()).kubeconfig);
      const { items } = await config.makeApiClient(CoreV1Api).listNode();
      expect(items).toHaveLength(2);
    },
  },
];

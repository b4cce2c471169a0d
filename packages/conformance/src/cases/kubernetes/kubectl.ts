import { expect } from 'vitest';
import type { Case } from '../../case.ts';

/** What every version of kubectl must be able to do. */
export const kubectlCases: readonly Omit<Case, 'client'>[] = [
  {
    area: 'discovery',
    name: 'nodes: get lists those of the node group',
    async run(stage, { command }) {
      const { kubectl } = await stage.cluster();
      const { out } = await kubectl(command, ['get', 'nodes', '--no-headers']);
      expect(out).toMatch(/^ip-\S+\s+Ready\s/);
      expect(out.trim().split('\n')).toHaveLength(2);
    },
  },
];

import type { Case } from '../../case.ts';
import { clientNode } from '../../clients/client-node.ts';
import { kubectls } from '../../clients/kubectl.ts';
import { clientNodeCases } from './client-node.ts';
import { kubectlCases } from './kubectl.ts';

/** The Kubernetes API: every kubectl of the machine, and client-node. */
export async function kubernetesCases(path: string): Promise<Case[]> {
  const versions = await kubectls(path);
  return [
    ...versions.flatMap((client) => kubectlCases.map((each) => ({ ...each, client }))),
    ...clientNodeCases.map((each) => ({ ...each, client: clientNode })),
  ];
}

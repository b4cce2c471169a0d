import type { Case } from '../../case.ts';
import { awsCli } from '../../clients/aws/cli.ts';
import { clientNode } from '../../clients/client-node.ts';
import { kubectls } from '../../clients/kubectl.ts';
import { accessCases } from './access.ts';
import { applyCases } from './apply.ts';
import { clientNodeCases } from './client-node.ts';
import { customResourceCases } from './custom-resources.ts';
import { discoveryCases } from './discovery.ts';
import { eksTokenCases } from './eks-tokens.ts';
import { sessionOf } from './session.ts';
import { streamCases } from './streams.ts';
import { validationCases } from './validation.ts';
import { workloadCases } from './workloads.ts';

const ofKubectl = [
  ...discoveryCases,
  ...applyCases,
  ...validationCases,
  ...customResourceCases,
  ...workloadCases,
  ...streamCases,
  ...accessCases,
];

/** The Kubernetes API: every kubectl of the machine, client-node, and the tokens of `aws`. */
export async function kubernetesCases(path: string): Promise<Case[]> {
  const versions = await kubectls(path);
  return [
    ...versions.flatMap((client) =>
      ofKubectl.map(({ run, ...each }): Case => ({
        ...each,
        client,
        run: async (stage, found) => run(await sessionOf(stage, found)),
      })),
    ),
    ...clientNodeCases.map((each) => ({ ...each, client: clientNode })),
    ...eksTokenCases.map((each) => ({ ...each, client: awsCli })),
  ];
}

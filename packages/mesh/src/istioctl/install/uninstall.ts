import { MeshbedError } from '@meshbed/core';
import { type KubeResource, resources } from '@meshbed/kube-client';
import type { CommandInput } from '../context.ts';
import { customResourceDefinitions } from '../manifests/crds/index.ts';

const namespace = 'istio-system';

const namespaced: [KubeResource, string][] = [
  [resources.daemonSets, 'ztunnel'],
  [resources.daemonSets, 'istio-cni-node'],
  [resources.deployments, 'istiod'],
  [resources.services, 'istiod'],
  [resources.configMaps, 'istio'],
  [resources.serviceAccounts, 'ztunnel'],
  [resources.serviceAccounts, 'istio-cni'],
  [resources.serviceAccounts, 'istiod'],
];

const clusterWide: [KubeResource, string][] = [
  [resources.clusterRoleBindings, 'istiod-clusterrole-istio-system'],
  [resources.clusterRoles, 'istiod-clusterrole-istio-system'],
  [resources.clusterRoleBindings, 'istio-cni-ambient'],
  [resources.clusterRoles, 'istio-cni-ambient'],
  // of create-remote-secret
  [resources.clusterRoleBindings, 'istio-reader-clusterrole-istio-system'],
  [resources.clusterRoles, 'istio-reader-clusterrole-istio-system'],
];

/** `istioctl uninstall --purge -y`: removes what `install` applied, kinds of the mesh with their objects last. */
export async function uninstall({ flags, context, kube }: CommandInput): Promise<void> {
  if (!flags['purge'])
    throw new MeshbedError('user/argument', 'uninstall needs --purge: there is only one revision', {
      next: 'istioctl uninstall --purge -y',
    });
  const api = await kube();
  const kinds = customResourceDefinitions().map(({ metadata: { name } }) => name);
  for (const [resource, name] of namespaced)
    report(context, resource, name, await api.delete(resource, name, namespace));
  for (const [resource, name] of clusterWide) report(context, resource, name, await api.delete(resource, name));
  for (const name of kinds)
    report(
      context,
      resources.customResourceDefinitions,
      name,
      await api.delete(resources.customResourceDefinitions, name),
    );
  context.write('✔ Uninstall complete\n');
}

function report(context: CommandInput['context'], { kind }: KubeResource, name: string, removed: boolean): void {
  if (removed) context.write(`  Removed ${kind}::${name}.\n`);
}

import type { ClusterRecord } from './state.ts';

/** What listCluster…Credential gives; JSON is YAML. Names as in Azure, `az` relies on them. */
export function kubeconfig({ name, group, host, tokens }: ClusterRecord, kind: 'user' | 'admin'): string {
  const user = `cluster${kind === 'user' ? 'User' : 'Admin'}_${group.split('/').at(-1)}_${name}`;
  const cluster = { 'certificate-authority-data': host?.certificateAuthorityData, server: host?.endpoint };
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      preferences: {},
      clusters: [{ name, cluster }],
      users: [{ name: user, user: { token: tokens[kind] } }],
      contexts: [{ name, context: { cluster: name, user } }],
      'current-context': name,
    },
    null,
    2,
  )}\n`;
}

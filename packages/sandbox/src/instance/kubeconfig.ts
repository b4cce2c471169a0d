import { parse } from 'yaml';

export interface KubeconfigEntry {
  name: string;
  server: string;
  certificateAuthorityData: string;
  token: string;
}

interface Named {
  name: string;
}

interface Kubeconfig {
  clusters?: Named[] | null;
  users?: Named[] | null;
  contexts?: Named[] | null;
  'current-context'?: string;
}

/**
 * The text of a kubeconfig with an entry more or less. What other tools wrote stays; the current context changes only
 * when there was none, or when it goes. JSON is YAML: every client reads it.
 */
export function editKubeconfig(
  text: string | undefined,
  { add, remove }: { add?: KubeconfigEntry; remove?: string },
): string {
  const found = text === undefined ? {} : ((parsed(text) ?? {}) as Kubeconfig);
  const name = add?.name ?? remove;
  const others = (list: Named[] | null | undefined) => (list ?? []).filter((each) => each.name !== name);
  const entry = add && entryOf(add);
  const contexts = [...others(found.contexts), ...(entry ? [entry.context] : [])];
  const current = found['current-context'] ?? '';
  const stays = contexts.some((each) => each.name === current);
  const edited = {
    apiVersion: 'v1',
    kind: 'Config',
    ...found,
    clusters: [...others(found.clusters), ...(entry ? [entry.cluster] : [])],
    users: [...others(found.users), ...(entry ? [entry.user] : [])],
    contexts,
    'current-context': stays ? current : (contexts[0]?.name ?? ''),
  };
  return `${JSON.stringify(edited, null, 2)}\n`;
}

const entryOf = ({ name, server, certificateAuthorityData, token }: KubeconfigEntry) => ({
  cluster: { name, cluster: { server, 'certificate-authority-data': certificateAuthorityData } },
  user: { name, user: { token } },
  context: { name, context: { cluster: name, user: name } },
});

/** Ours is JSON, which is much faster to read; kubectl and aws write YAML. */
function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : parse(text);
}

interface Subresource {
  verbs: readonly string[];
  /** What it answers with, when not with the object itself. */
  kind?: { group: string; version: string; kind: string };
}

const stream: Subresource = { verbs: ['create', 'get'] };
const readWrite: Subresource = { verbs: ['get', 'patch', 'update'] };

/** What discovery says about each subresource; others read and write the object. */
const table: Readonly<Record<string, Subresource>> = {
  attach: stream,
  binding: { verbs: ['create'], kind: { group: '', version: 'v1', kind: 'Binding' } },
  eviction: { verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' } },
  exec: stream,
  finalize: { verbs: ['update'] },
  log: { verbs: ['get'] },
  portforward: stream,
  scale: { ...readWrite, kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
  token: { verbs: ['create'], kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } },
};

export const subresourceInfo = (name: string): Subresource => table[name] ?? readWrite;

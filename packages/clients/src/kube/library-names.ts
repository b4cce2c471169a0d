/**
 * The client library sends only fields that its own types name, and spells those of a CRD's schema with underscores;
 * the rest it drops without a word. Objects outside this package are spelled as in YAML.
 */
export function toLibrary(value: unknown): unknown {
  return renamed(value, (name) => (name.startsWith('x-kubernetes-') ? name.replaceAll('-', '_') : name));
}

export function fromLibrary(value: unknown): unknown {
  return renamed(value, (name) => (name.startsWith('x_kubernetes_') ? name.replaceAll('_', '-') : name));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  // Times are objects of their own class.
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]));
}

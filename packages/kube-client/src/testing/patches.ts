/** RFC 7386. */
export function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

interface Operation {
  op: string;
  path: string;
  value?: unknown;
}

/** RFC 6902 for `test`, `add`, `replace` and `remove` on objects; undefined when a test fails. */
export function jsonPatched(target: unknown, patch: unknown): unknown {
  const result = structuredClone(target) as Record<string, unknown>;
  for (const { op, path, value } of patch as Operation[]) {
    const parts = path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.pop() ?? '';
    let parent = result;
    for (const part of parts) parent = parent[part] as Record<string, unknown>;
    if (op === 'test') {
      if (JSON.stringify(parent[last]) !== JSON.stringify(value)) return undefined;
    } else if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return result;
}

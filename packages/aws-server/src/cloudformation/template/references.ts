/** The names in `${Name}` and `${Name.Attribute}` of an Fn::Sub text; `${!literal}` is none. */
export const placeholders = (text: string): string[] =>
  [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name);

const isPseudo = (name: string) => name.startsWith('AWS::');

/** Logical ids and parameters that an expression refers to. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return isPseudo(inner as string) ? [] : [inner as string];
    if (key === 'Fn::GetAtt') return [attributePath(inner)[0]];
    if (key === 'Fn::Sub') return substituted(inner);
    return references(inner);
  });
}

function substituted(inner: unknown): string[] {
  const [text, variables = {}] = (Array.isArray(inner) ? inner : [inner]) as [string, object?];
  const free = placeholders(text).filter((name) => !isPseudo(name) && !Object.hasOwn(variables, name));
  return [...free.map((name) => attributePath(name)[0]), ...references(variables)];
}

/** `Cluster.Arn` or `[Cluster, Arn]`. */
export function attributePath(value: unknown): [logicalId: string, attribute: string] {
  if (Array.isArray(value)) return [String(value[0]), String(value[1])];
  const [logicalId = '', ...rest] = String(value).split('.');
  return [logicalId, rest.join('.')];
}

/** Names that wait for each other in a circle, or for one that does. */
export function cyclic(dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(dependencies);
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [name, needs] of left) if (!needs.some((need) => left.has(need))) left.delete(name);
  }
  return [...left.keys()];
}

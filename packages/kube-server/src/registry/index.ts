import type { CustomResourceDefinition } from '../objects/index.ts';
import { builtins } from './builtins.ts';
import { customResource } from './custom.ts';
import { groupVersion, type Resource } from './resource.ts';

export { schemaOf } from './custom.ts';
export { groupVersion, keyOf, type Resource, splitGroupVersion, standardVerbs } from './resource.ts';

/** The kinds that one cluster serves: the built-in ones and those of its custom resource definitions. */
export class Registry {
  readonly #custom = new Map<string, Resource>();
  readonly #byKey = new Map<string, Resource>(builtins.map((row) => [row.key, row]));
  #rows: readonly Resource[] | undefined;

  /** Custom groups by name: of two kinds with the same short name, clients take the first. */
  rows(): readonly Resource[] {
    return (this.#rows ??= [
      ...builtins,
      ...[...this.#custom.values()].toSorted((a, b) => a.group.localeCompare(b.group)),
    ]);
  }

  /** Differs whenever the served kinds do. */
  state(): string {
    return [...this.#custom.values()]
      .map(({ key, definition }) => `${key}@${definition?.metadata.resourceVersion ?? ''}`)
      .join();
  }

  byKey(key: string): Resource | undefined {
    return this.#byKey.get(key) ?? this.#custom.get(key);
  }

  byPath(group: string, version: string, plural: string): Resource | undefined {
    return this.rows().find((row) => row.group === group && row.plural === plural && row.versions.includes(version));
  }

  byKind(apiVersion: string, kind: string): Resource | undefined {
    const serves = (row: Resource) => row.versions.some((version) => groupVersion(row.group, version) === apiVersion);
    return this.rows().find((row) => row.kind === kind && serves(row));
  }

  define(definition: CustomResourceDefinition): void {
    const row = customResource(definition);
    if (!this.#byKey.has(row.key)) this.#custom.set(row.key, row);
    this.#rows = undefined;
  }

  undefine(name: string): void {
    this.#custom.delete(name);
    this.#rows = undefined;
  }
}

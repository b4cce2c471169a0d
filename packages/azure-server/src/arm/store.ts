import { keyOf } from './resource-id.ts';
import type { Resource } from './resource.ts';

/** All resources of all subscriptions, by id without case. */
export class ResourceStore {
  readonly #resources = new Map<string, Resource>();

  get(id: string): Resource | undefined {
    return this.#resources.get(keyOf(id));
  }

  put(resource: Resource): void {
    this.#resources.set(keyOf(resource.id), resource);
  }

  delete(id: string): boolean {
    return this.#resources.delete(keyOf(id));
  }

  /** Directly or deeper below a scope; `rg1` is not below `rg`. */
  below(scope: string): Resource[] {
    const prefix = `${keyOf(scope)}/`;
    return [...this.#resources].filter(([key]) => key.startsWith(prefix)).map(([, resource]) => resource);
  }

  /** Of one type below a scope. */
  ofType(scope: string, type: string): Resource[] {
    const wanted = type.toLowerCase();
    return this.below(scope).filter((resource) => resource.type.toLowerCase() === wanted);
  }
}

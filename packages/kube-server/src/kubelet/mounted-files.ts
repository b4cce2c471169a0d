import type { VolumeFiles } from './volumes.ts';

export interface Mount {
  mountPath: string;
  /** Only this file or folder of the volume. */
  subPath?: string | undefined;
  files: () => VolumeFiles;
}

/** The files of a container as a map that follows its volumes: a key added to a config map later is there, too. */
export class MountedFiles implements ReadonlyMap<string, () => string> {
  readonly #mounts: readonly Mount[];

  constructor(mounts: readonly Mount[]) {
    this.#mounts = mounts;
  }

  get(path: string): (() => string) | undefined {
    return this.#now().get(path);
  }

  has(path: string): boolean {
    return this.#now().has(path);
  }

  get size(): number {
    return this.#now().size;
  }

  forEach(action: (content: () => string, path: string, map: ReadonlyMap<string, () => string>) => void): void {
    for (const [path, content] of this.#now()) action(content, path, this);
  }

  entries(): MapIterator<[string, () => string]> {
    return this.#now().entries();
  }

  keys(): MapIterator<string> {
    return this.#now().keys();
  }

  values(): MapIterator<() => string> {
    return this.#now().values();
  }

  [Symbol.iterator](): MapIterator<[string, () => string]> {
    return this.entries();
  }

  #now(): Map<string, () => string> {
    return new Map(this.#mounts.flatMap((mount) => [...mountedFiles(mount)]));
  }
}

function mountedFiles({ mountPath, subPath, files }: Mount): [string, () => string][] {
  const root = mountPath.replace(/\/+$/, '');
  return [...files()].flatMap(([path, content]): [string, () => string][] => {
    if (subPath === undefined) return [[`${root}/${path}`, content]];
    if (path === subPath) return [[root, content]];
    return path.startsWith(`${subPath}/`) ? [[root + path.slice(subPath.length), content]] : [];
  });
}

import type { ContainerSpec, Program } from '@meshbed/core';

/** What an image stands for in the sandbox. */
export interface Image {
  /** The image without its tag. */
  name: string;
  /** `name` is only the last part, in whatever registry. */
  anyRegistry?: boolean;
  /** The name of the executable, so that a health check such as `ztunnel healthcheck` is answered by the program itself. */
  executable: string;
  program(container: ContainerSpec): Program;
}

/** Finds what an image reference stands for; tags and digests are ignored. */
export class Catalogue {
  readonly #images: readonly Image[];

  constructor(images: readonly Image[]) {
    this.#images = images;
  }

  find(reference: string): Image | undefined {
    const name = withoutTag(reference);
    return this.#images.find((image) => matches(image, name));
  }

  /** This catalogue with more images in front. */
  with(images: readonly Image[]): Catalogue {
    return new Catalogue([...images, ...this.#images]);
  }
}

function matches({ name, anyRegistry = false }: Image, path: string): boolean {
  return path === name || path === `docker.io/${name}` || (anyRegistry && path.endsWith(`/${name}`));
}

/** `host:5000/path/name:tag@digest` without tag and digest. */
export function withoutTag(reference: string): string {
  const [path = ''] = reference.split('@');
  const slash = path.lastIndexOf('/');
  const colon = path.indexOf(':', slash + 1);
  return colon < 0 ? path : path.slice(0, colon);
}

/** The registry's host name: where an image is pulled from. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && /[.:]/.test(first) ? first : 'registry-1.docker.io';
}

import type { ContainerSpec, Program } from '@meshbed/core';

/** What an image stands for in the sandbox. */
export interface Image {
  /** The image without its tag. */
  name: string;
  /** `name` is only the last part, in whatever registry. */
  anyRegistry?: boolean;
  /** Health commands that begin with this word (`ztunnel healthcheck`) are answered by the program itself; others are run. */
  executable: string | undefined;
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
  return withRegistry(path) === withRegistry(name) || (anyRegistry && path.endsWith(`/${name}`));
}

/** `host:5000/path/name:tag@digest` without tag and digest. */
export function withoutTag(reference: string): string {
  const [path = ''] = reference.split('@');
  const slash = path.lastIndexOf('/');
  const colon = path.indexOf(':', slash + 1);
  return colon < 0 ? path : path.slice(0, colon);
}

const dockerHub = 'docker.io';

/** The name in full: without a registry it is Docker Hub's, without a user there an official image. */
function withRegistry(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return name;
  return rest.length > 0 ? `${dockerHub}/${name}` : `${dockerHub}/library/${name}`;
}

/** Where an image is pulled from: `host` or `host:port`. */
export function registryOf(reference: string): string {
  const [registry = ''] = withRegistry(reference).split('/');
  return registry === dockerHub ? 'registry-1.docker.io' : registry;
}

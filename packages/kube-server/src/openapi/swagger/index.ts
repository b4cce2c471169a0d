import type { Registry } from '../../registry/index.ts';
import { type Swagger, swagger } from './document.ts';
import { encodeSwagger } from './protobuf.ts';

export { swaggerMediaType } from './protobuf.ts';

interface Published {
  definitions: string;
  document: Swagger;
  protobuf?: Buffer;
}

/** Every kubectl process asks again; the document changes with the definitions only. */
const published = new WeakMap<Registry, Published>();

function publish(registry: Registry, version: string): Published {
  const definitions = registry.state();
  const known = published.get(registry);
  if (known?.definitions === definitions) return known;
  const fresh = { definitions, document: swagger(registry, version) };
  published.set(registry, fresh);
  return fresh;
}

export const swaggerDocument = (registry: Registry, version: string): object => publish(registry, version).document;

export function swaggerProtobuf(registry: Registry, version: string): Buffer {
  const current = publish(registry, version);
  return (current.protobuf ??= encodeSwagger(current.document));
}

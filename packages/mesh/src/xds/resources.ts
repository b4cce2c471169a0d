import { createHash } from 'node:crypto';
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Resource, ResourceSchema } from '../proto/gen/envoy/discovery_pb.ts';

export const typeUrlOf = (schema: DescMessage): string => `type.googleapis.com/${schema.typeName}`;

/** All resources of one type, encoded, with the names that changed since the last push. */
export class ResourceType<T extends DescMessage = DescMessage> {
  readonly schema: T;
  readonly url: string;
  readonly #resources = new Map<string, Resource>();
  #changed = new Set<string>();
  /** Set by the server that serves this type. */
  onChange: () => void = () => {};

  constructor(schema: T) {
    this.schema = schema;
    this.url = typeUrlOf(schema);
  }

  get resources(): ReadonlyMap<string, Resource> {
    return this.#resources;
  }

  /** The version is a digest of the content, so that it survives a restart of the server; equal content is no change. */
  set(name: string, message: MessageInitShape<T>): void {
    const value = toBinary(this.schema, create(this.schema, message));
    const version = createHash('sha1').update(value).digest('hex').slice(0, 16);
    if (this.#resources.get(name)?.version === version) return;
    this.#resources.set(name, create(ResourceSchema, { name, version, resource: { typeUrl: this.url, value } }));
    this.#mark(name);
  }

  delete(name: string): void {
    if (this.#resources.delete(name)) this.#mark(name);
  }

  /** Makes `messages` the whole content. */
  replace(messages: ReadonlyMap<string, MessageInitShape<T>>): void {
    for (const name of this.#resources.keys()) if (!messages.has(name)) this.delete(name);
    for (const [name, message] of messages) this.set(name, message);
  }

  takeChanges(): ReadonlySet<string> {
    const taken = this.#changed;
    this.#changed = new Set();
    return taken;
  }

  #mark(name: string): void {
    this.#changed.add(name);
    this.onChange();
  }
}

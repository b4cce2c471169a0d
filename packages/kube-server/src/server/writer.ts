import { builtinStructure, customStructure, type Structure, type Writer } from '../patch/index.ts';
import { schemaOf } from '../registry/index.ts';
import { timestamp } from '../store/index.ts';
import type { KubeObject } from '../objects/index.ts';
import type { Exchange } from './exchange.ts';

/** Whose fields a write's fields become: `fieldManager`, else the name in the user agent. */
export function writerOf({ cluster, query, request, target }: Exchange): Writer {
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  return {
    manager: query.get('fieldManager') ?? agent,
    subresource: target.subresource,
    time: timestamp(cluster.clock.now()),
  };
}

export function structureOf({ target: { resource } }: Exchange, { apiVersion }: KubeObject): Structure {
  return resource.definition ? customStructure(schemaOf(resource, apiVersion)) : builtinStructure();
}

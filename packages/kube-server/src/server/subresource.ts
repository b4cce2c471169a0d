import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { User } from '../auth/index.ts';
import type { KubeObject } from '../objects/index.ts';
import type { KubeCluster } from './options.ts';

export interface SubresourceRequest {
  cluster: KubeCluster;
  /** The object that the subresource belongs to. */
  object: KubeObject;
  query: URLSearchParams;
  user: User;
  request: IncomingMessage;
}

/**
 * Serves one subresource that needs more than reading and writing objects. The caller is authenticated and authorized,
 * the object exists. An ApiError thrown before anything was sent becomes the answer.
 */
export interface SubresourceHandler {
  respond?(request: SubresourceRequest, response: ServerResponse): Promise<void>;
  /** A connection that asks for `Upgrade`: WebSocket or SPDY. */
  upgrade?(request: SubresourceRequest, socket: Duplex, head: Buffer): Promise<void>;
}

/** By `pods/exec`, `pods/log`, … */
export type SubresourceHandlers = Readonly<Record<string, SubresourceHandler>>;

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials, User } from '../auth/index.ts';
import type { Resource } from '../registry/index.ts';
import type { KubeCluster } from './options.ts';
import type { SubresourceHandlers } from './subresource.ts';

/** What a path names. */
export interface Target {
  resource: Resource;
  version: string;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

/** A cluster with what only the server needs to know of it. */
export interface ServedCluster extends KubeCluster {
  readonly credentials: Credentials;
  readonly handlers: SubresourceHandlers;
}

/** One authenticated and authorized request about a resource. */
export interface Exchange {
  cluster: ServedCluster;
  user: User;
  target: Target;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
}

/** An exchange about one object. */
export const nameOf = ({ target }: Exchange): string => target.name ?? '';

export const isDryRun = ({ query }: Exchange): boolean => query.getAll('dryRun').includes('All');

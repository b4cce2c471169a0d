import type { Claims } from '../entra/tokens.ts';
import type { World } from '../world.ts';
import type { ResourceId } from './resource-id.ts';

/** A request as it arrived. */
export interface Request {
  method: string;
  /** Decoded by whoever reads it; without the query. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** One authenticated and permitted call. */
export interface Call {
  world: World;
  request: Request;
  id: ResourceId;
  subscription: string;
  /** The resource group's id, where the path has one; it exists. */
  group: string;
  /** The resource's own id, in the caller's case; without the action. */
  resource: string;
  /** Last name in the path. */
  name: string;
  version: string;
  caller: Claims;
  /** @throws ArmError InvalidRequestContent */
  body(): Record<string, unknown>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

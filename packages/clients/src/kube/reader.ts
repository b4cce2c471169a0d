import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { MeshbedError } from '@meshbed/core';
import type { KubeAccess } from './connection.ts';
import { KubeFailure } from './errors.ts';
import type { Manifest } from './manifest.ts';

/** A kind as URLs name it: `{ apiVersion: 'networking.istio.io/v1', plural: 'serviceentries' }`. */
export interface KubeResourceName {
  apiVersion: string;
  plural: string;
}

/**
 * Reads objects of one cluster and nothing else. The client library takes half a second to load and asks for each API
 * group first; this answers a question about a dozen kinds in one round of requests.
 */
export interface KubeReader extends Disposable {
  /** In all namespaces. Empty when the cluster doesn't know the kind. @throws MeshbedError `cloud/kubernetes` */
  list(resource: KubeResourceName): Promise<Manifest[]>;
  /** @throws MeshbedError `cloud/kubernetes` */
  get(resource: KubeResourceName, namespace: string, name: string): Promise<Manifest | undefined>;
}

export function createKubeReader(access: KubeAccess): KubeReader {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 6,
    ca: Buffer.from(access.certificateAuthorityData, 'base64'),
  });
  const read = async (path: string): Promise<unknown> => {
    try {
      return await fetchJson(access, agent, path);
    } catch (error) {
      if (error instanceof KubeFailure && error.status === 404) return undefined;
      throw new MeshbedError('cloud/kubernetes', `can't read ${path} of cluster ${access.context}`, { cause: error });
    }
  };
  return {
    async list({ apiVersion, plural }) {
      const answer = (await read(`${base(apiVersion)}/${plural}`)) as { kind?: string; items?: Manifest[] } | undefined;
      const kind = (answer?.kind ?? '').replace(/List$/, '');
      return (answer?.items ?? []).map((item) => ({ ...item, apiVersion, kind }));
    },
    async get({ apiVersion, plural }, namespace, name) {
      return (await read(`${base(apiVersion)}/namespaces/${namespace}/${plural}/${name}`)) as Manifest | undefined;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** The core group has a path of its own. */
const base = (apiVersion: string) => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

async function fetchJson(access: KubeAccess, agent: Agent, path: string): Promise<unknown> {
  const url = new URL(`${access.server.replace(/\/$/, '')}${path}`);
  const headers = { accept: 'application/json', authorization: `Bearer ${await access.token()}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent, headers }).once('response', resolve).once('error', reject).end();
  });
  const body = await text(response);
  const { statusCode = 0 } = response;
  if (statusCode === 200) return JSON.parse(body) as unknown;
  throw new KubeFailure(statusCode, String(statusCode), `HTTP status ${statusCode}: ${body.slice(0, 200)}`);
}

import { MeshbedError } from '@meshbed/core';
import { fromKubeconfig, hasStatus, KubeApi, type KubeConnectionOptions } from '@meshbed/kube-client';
import type { KubeAccess } from './access.ts';
import { type Manifest, nameOf, type Reference } from './manifest.ts';

/** Reads objects of one cluster, and nothing else. Errors are MeshbedError `cloud/kubernetes`. */
export interface KubeReader extends Disposable {
  /** In all namespaces. Empty when the cluster doesn't know the kind. */
  list(apiVersion: string, kind: string): Promise<Manifest[]>;
  get(reference: Reference): Promise<Manifest | undefined>;
}

export function createKubeReader(access: KubeAccess): KubeReader {
  const options: KubeConnectionOptions = {
    server: access.server,
    ca: Buffer.from(access.certificateAuthorityData, 'base64').toString(),
    credential: async () => ({ token: await access.token() }),
  };
  return readerOf(new KubeApi(options));
}

export interface KubeconfigContext {
  file: string;
  /** Default: the file's current one. */
  context?: string | undefined;
  /** For exec plugins, which may have to log in. */
  env: Readonly<Record<string, string | undefined>>;
}

/** @throws MeshbedError when the file names no such context. */
export async function readerOfKubeconfig({ file, ...options }: KubeconfigContext): Promise<KubeReader> {
  return readerOf(await fromKubeconfig(file, options));
}

function readerOf(api: KubeApi): KubeReader {
  return {
    list: (apiVersion, kind) =>
      readable({ apiVersion, kind, metadata: { name: '*' } }, async () => {
        try {
          return (await api.list<Manifest>({ apiVersion, kind })).items;
        } catch (error) {
          if (hasStatus(error, 404)) return [];
          throw error;
        }
      }),
    get: (reference) => {
      const { name, namespace } = reference.metadata;
      return readable(reference, () => api.get<Manifest>(reference, name, namespace));
    },
    [Symbol.dispose]: () => api[Symbol.dispose](),
  };
}

async function readable<T>(reference: Reference, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new MeshbedError('cloud/kubernetes', `can't read ${nameOf(reference)}`, { cause });
  }
}

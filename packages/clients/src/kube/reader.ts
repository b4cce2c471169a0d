import { fromKubeconfig, hasStatus, type KubeApi } from '@meshbed/kube-client';
import { apiOf, type KubeAccess } from './access.ts';
import { readable } from './errors.ts';
import type { Manifest, Reference } from './manifest.ts';

/** Reads objects of one cluster, and nothing else. Errors are MeshbedError `cloud/kubernetes`. */
export interface KubeReader extends Disposable {
  /** In all namespaces. Empty when the cluster doesn't know the kind. */
  list(apiVersion: string, kind: string): Promise<Manifest[]>;
  get(reference: Reference): Promise<Manifest | undefined>;
  /** Whether the cluster lets somebody with this token in. Absent where only a kubeconfig is known. */
  accepts?: (token: string) => Promise<boolean>;
}

export const createKubeReader = (access: KubeAccess): KubeReader => ({
  ...readerOf(apiOf(access)),
  async accepts(token) {
    using other = readerOf(apiOf({ ...access, token: () => Promise.resolve(token) }));
    const everybodys = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } };
    return other.get(everybodys).then(
      () => true,
      () => false,
    );
  },
});

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
      readable({ apiVersion, kind, metadata: { name: '*' } }, 'list', async () => {
        try {
          return (await api.list<Manifest>({ apiVersion, kind })).items;
        } catch (error) {
          if (hasStatus(error, 404)) return [];
          throw error;
        }
      }),
    get: (reference) => {
      const { name, namespace } = reference.metadata;
      return readable(reference, 'read', () => api.get<Manifest>(reference, name, namespace));
    },
    [Symbol.dispose]: () => api[Symbol.dispose](),
  };
}

import { apiOf, type KubeAccess } from './access.ts';
import { readable } from './errors.ts';
import type { Manifest, Reference } from './manifest.ts';
import { execInPod, type PodCommand, type PodResult } from './pods.ts';

export interface ListSelection {
  namespace?: string;
  /** `app=ztunnel` */
  labels?: string;
  /** `spec.nodeName=ip-…` */
  fields?: string;
}

export interface LogSelection {
  namespace: string;
  pod: string;
  container?: string;
  /** The last so many. */
  lines?: number;
}

/** One cluster. Errors are MeshbedError `cloud/kubernetes` that name the object and carry the server's message. */
export interface KubeClient extends Disposable {
  readonly access: KubeAccess;
  /** Server-side apply as field manager `meshbed`; takes over fields of other managers. */
  apply(manifest: Manifest): Promise<Manifest>;
  get(reference: Reference): Promise<Manifest | undefined>;
  list(apiVersion: string, kind: string, selection?: ListSelection): Promise<Manifest[]>;
  /** Returns false when there was nothing to delete. */
  delete(reference: Reference): Promise<boolean>;
  /** Sets fields of an object by a merge patch. */
  patch(manifest: Manifest): Promise<Manifest>;
  logs(selection: LogSelection): Promise<string>;
  exec(command: PodCommand): Promise<PodResult>;
  /** The answer to a GET at a port inside a pod; ports on its loopback included. */
  getInside(place: { namespace: string; pod: string }, port: number, path: string): Promise<string>;
}

const fieldManager = 'meshbed';

export function createKubeClient(access: KubeAccess): KubeClient {
  const api = apiOf(access);
  return {
    access,
    apply: (manifest) => readable(manifest, 'write', () => api.apply(manifest, fieldManager)),
    patch: (manifest) => readable(manifest, 'write', () => api.mergePatch(manifest, manifest, { fieldManager })),
    get: (reference) =>
      readable(reference, 'read', () => {
        const { name, namespace } = reference.metadata;
        return api.get<Manifest>(reference, name, namespace);
      }),
    list: (apiVersion, kind, { namespace, labels, fields } = {}) =>
      readable({ apiVersion, kind, metadata: { name: '*' } }, 'list', async () => {
        const selection = { namespace, labelSelector: labels, fieldSelector: fields };
        return (await api.list<Manifest>({ apiVersion, kind }, selection)).items;
      }),
    delete: (reference) =>
      readable(reference, 'delete', () => {
        const { name, namespace } = reference.metadata;
        return api.delete(reference, name, namespace);
      }),
    logs({ lines, ...place }) {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: place.namespace, name: place.pod } };
      return readable(pod, 'read the log of', () => api.logs(place, { tailLines: lines }));
    },
    exec: (command) => execInPod(api, command),
    getInside: ({ namespace, pod }, port, path) =>
      readable({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: pod } }, `ask port ${port} of`, () =>
        api.getInside({ namespace, pod }, port, path),
      ),
    [Symbol.dispose]: () => api[Symbol.dispose](),
  };
}

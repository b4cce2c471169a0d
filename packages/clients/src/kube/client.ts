import type { KubeConfig, KubernetesObject, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import { connect, loadLibrary, type KubeAccess } from './connection.ts';
import { isMissing, readable } from './errors.ts';
import { fromLibrary, toLibrary } from './library-names.ts';
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
  /** Only lines written since, in milliseconds since the epoch. */
  sinceMs?: number;
  lines?: number;
}

/** One cluster. Errors are MeshbedError `cloud/kubernetes` that name the object and carry the server's message. */
export interface KubeClient {
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
}

export function createKubeClient(access: KubeAccess): KubeClient {
  let connection: Promise<{ config: KubeConfig; objects: KubernetesObjectApi }> | undefined;
  const connected = () => (connection ??= open(access));
  const objects = async () => (await connected()).objects;
  const patch = async (manifest: Manifest, how: keyof typeof patchStrategies): Promise<Manifest> => {
    const api = await objects();
    return readable(manifest, 'write', () => patchObject(api, manifest, how));
  };
  return {
    access,
    apply: (manifest) => patch(manifest, 'apply'),
    patch: (manifest) => patch(manifest, 'merge'),
    async get(reference) {
      const api = await objects();
      return unlessMissing(() =>
        readable(reference, 'read', async () => fromLibrary(await api.read(reference as never)) as Manifest),
      );
    },
    async list(apiVersion, kind, { namespace, labels, fields } = {}) {
      const api = await objects();
      const { items } = await readable({ apiVersion, kind, metadata: { name: '*' } }, 'list', () =>
        api.list(apiVersion, kind, namespace, undefined, undefined, undefined, fields, labels),
      );
      return items.map((item) => ({ ...(fromLibrary(item) as Manifest), apiVersion, kind }));
    },
    async delete(reference) {
      const api = await objects();
      const deleted = await unlessMissing(() => readable(reference, 'delete', () => api.delete(reference as never)));
      return deleted !== undefined;
    },
    logs: async (selection) => readLogs((await connected()).config, selection),
    exec: async (command) => execInPod((await connected()).config, command),
  };
}

const patchStrategies = { apply: 'application/apply-patch+yaml', merge: 'application/merge-patch+json' };

/** The library's types know the built-in kinds only; what it sends and returns is the plain object for all of them. */
function patchObject(
  api: KubernetesObjectApi,
  manifest: Manifest,
  how: keyof typeof patchStrategies,
): Promise<Manifest> {
  const force = how === 'apply' ? true : undefined;
  const sent = toLibrary(manifest) as unknown as KubernetesObject;
  const strategy = patchStrategies[how] as PatchStrategy;
  const written: Promise<unknown> = api.patch(sent, undefined, undefined, 'meshbed', force, strategy);
  return written.then(fromLibrary) as Promise<Manifest>;
}

async function open(access: KubeAccess): Promise<{ config: KubeConfig; objects: KubernetesObjectApi }> {
  const [{ KubernetesObjectApi }, config] = await Promise.all([loadLibrary(), connect(access)]);
  return { config, objects: KubernetesObjectApi.makeApiClient(config) };
}

async function unlessMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readLogs(
  config: KubeConfig,
  { namespace, pod, container, sinceMs, lines }: LogSelection,
): Promise<string> {
  const { CoreV1Api } = await loadLibrary();
  const reference = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: pod } };
  // The API takes whole seconds relative to the server's clock, or a time; only the library's Log class offers the time.
  const text = await readable(reference, 'read the log of', () =>
    config.makeApiClient(CoreV1Api).readNamespacedPodLog({
      namespace,
      name: pod,
      ...(container === undefined ? {} : { container }),
      ...(lines === undefined ? {} : { tailLines: lines }),
      ...(sinceMs === undefined ? {} : { timestamps: true }),
    }),
  );
  return sinceMs === undefined ? text : since(text, sinceMs);
}

/** Cuts the timestamps that the kubelet put before each line and the lines that are too old. */
function since(text: string, sinceMs: number): string {
  const lines = text
    .split('\n')
    .map((line) => ({ at: Date.parse(line.slice(0, line.indexOf(' '))), text: line.slice(line.indexOf(' ') + 1) }));
  return lines
    .filter(({ at }) => at >= sinceMs)
    .map((line) => line.text)
    .join('\n');
}

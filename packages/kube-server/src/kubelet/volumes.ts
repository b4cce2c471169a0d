import type { Clock } from '@meshbed/core';
import type { DownwardItem, KeyToPath, ProjectedSource, Volume } from '../objects/index.ts';
import { configMapData, type Lookup, namedContainer, secretData } from './environment.ts';
import { fieldValue, resourceValue } from './fields.ts';
import { PodProblem } from './problem.ts';

/** Files of a volume by path below its root, with their content at the moment of reading. */
export type VolumeFiles = ReadonlyMap<string, () => string>;

export interface VolumeContext {
  lookup: Lookup;
  clock: Clock;
  /** Mints a token of the pod's service account. */
  issueToken: (audiences: readonly string[], ttlMs: number) => string;
}

type Read = () => Readonly<Record<string, string>>;

/** Volumes that hold no files at the start and that programs keep in memory anyway. */
const empty = new Set(['emptyDir', 'hostPath']);

/**
 * The present files of a volume, evaluated at each call as the kubelet refreshes them.
 * @throws PodProblem, at once, when a source is missing or its kind is not supported
 */
export function openVolume(volume: Volume, context: VolumeContext): () => VolumeFiles {
  const [kind = ''] = Object.keys(volume).filter((key) => key !== 'name');
  if (empty.has(kind)) return () => new Map();
  const open = openers[kind];
  if (!open)
    throw new PodProblem(
      'mount',
      `MountVolume.SetUp failed for volume "${volume.name}" : volumes of type ${kind} are not supported`,
    );
  const present = named(volume.name, () => open(volume, context));
  let last = named(volume.name, present);
  return () => {
    last = keepLast(present, last);
    return last;
  };
}

/** What was mounted stays when its source goes away later. */
function keepLast(present: () => VolumeFiles, last: VolumeFiles): VolumeFiles {
  try {
    return present();
  } catch (error) {
    if (error instanceof PodProblem) return last;
    throw error;
  }
}

function named<T>(volume: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof PodProblem)) throw error;
    throw new PodProblem('mount', `MountVolume.SetUp failed for volume "${volume}" : ${error.message}`);
  }
}

const openers: Readonly<Record<string, (volume: Volume, context: VolumeContext) => () => VolumeFiles>> = {
  configMap:
    ({ configMap }, { lookup }) =>
    () =>
      files(select(() => configMapData(configMap ?? { name: '' }, lookup), configMap ?? {})),
  secret: ({ secret }, { lookup }) => {
    const { secretName, ...rest } = secret ?? { secretName: '' };
    return () => files(select(() => secretData({ name: secretName, ...rest }, lookup), rest));
  },
  downwardAPI:
    ({ downwardAPI }, { lookup }) =>
    () =>
      files(downward(downwardAPI?.items ?? [], lookup)),
  projected({ projected }, context) {
    const sources = (projected?.sources ?? []).map((source) => openSource(source, context));
    return () => new Map(sources.flatMap((source) => [...source()]));
  },
};

/** The content is looked up again at each reading; while its source is missing, the last one stays. */
function files(read: Read): VolumeFiles {
  const now = read();
  const content = (path: string, last: string) => {
    try {
      return read()[path] ?? last;
    } catch (error) {
      if (error instanceof PodProblem) return last;
      throw error;
    }
  };
  return new Map(Object.entries(now).map(([path, last]) => [path, () => content(path, last)]));
}

function openSource(source: ProjectedSource, context: VolumeContext): () => VolumeFiles {
  const { lookup } = context;
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) return () => files(select(() => configMapData(configMap, lookup), configMap));
  if (secret) return () => files(select(() => secretData(secret, lookup), secret));
  if (downwardAPI) return () => files(downward(downwardAPI.items ?? [], lookup));
  if (serviceAccountToken) {
    const { path, audience, expirationSeconds = 3600 } = serviceAccountToken;
    const token = renewedToken(context, audience === undefined ? [] : [audience], expirationSeconds * 1000);
    return () => new Map([[path, token]]);
  }
  throw new PodProblem('mount', `a projected source of type ${Object.keys(source).join()} is not supported`);
}

/** The kubelet replaces a token when 80% of its life are over. */
export function renewedToken(
  { clock, issueToken }: VolumeContext,
  audiences: readonly string[],
  ttlMs: number,
): () => string {
  let token = issueToken(audiences, ttlMs);
  let renewAtMs = clock.now() + 0.8 * ttlMs;
  return () => {
    if (clock.now() < renewAtMs) return token;
    token = issueToken(audiences, ttlMs);
    renewAtMs = clock.now() + 0.8 * ttlMs;
    return token;
  };
}

/** All keys, or those of `items` under their paths. */
function select(read: Read, { items, optional }: { items?: KeyToPath[]; optional?: boolean }): Read {
  if (!items) return read;
  return () => {
    const data = read();
    return Object.fromEntries(
      items.flatMap(({ key, path }) => {
        const value = data[key];
        if (value === undefined && !optional) throw new PodProblem('mount', `references non-existent key: ${key}`);
        return value === undefined ? [] : [[path, value] as const];
      }),
    );
  };
}

function downward(items: readonly DownwardItem[], lookup: Lookup): Read {
  return () =>
    Object.fromEntries(
      items.map(({ path, fieldRef, resourceFieldRef }) => {
        if (fieldRef) return [path, fieldValue(fieldRef.fieldPath, lookup)];
        if (!resourceFieldRef)
          throw new PodProblem('mount', `downward API file ${path} has neither fieldRef nor resourceFieldRef`);
        return [
          path,
          resourceValue(
            resourceFieldRef,
            namedContainer(resourceFieldRef.containerName, undefined, lookup),
            lookup.node,
          ),
        ];
      }),
    );
}

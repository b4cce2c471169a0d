import { readFile } from 'node:fs/promises';
import { MeshbedError } from '@meshbed/core';
import { type KubeApi, type KubeObject, type KubeResource, resources } from '@meshbed/kube-client';
import { parseAllDocuments } from 'yaml';
import type { CommandInput } from '../context.ts';
import type { Configuration } from './analyzers.ts';

/** Which kinds are looked at, and as what. */
const kinds: Readonly<Record<string, keyof Configuration>> = {
  Namespace: 'namespaces',
  Service: 'services',
  AuthorizationPolicy: 'policies',
  Pod: 'workloads',
  WorkloadEntry: 'workloads',
};

const read: readonly KubeResource[] = [
  resources.namespaces,
  resources.services,
  resources.authorizationPolicies,
  resources.pods,
  resources.workloadEntries,
];

/** What a cluster has; kinds that it doesn't know count as absent. */
export async function objectsOf(kube: KubeApi): Promise<KubeObject[]> {
  const lists = read.map((resource) =>
    kube.list(resource).then(
      ({ items }) => items,
      (error: { status?: number }) => {
        if (error.status === 404) return [];
        throw error;
      },
    ),
  );
  return (await Promise.all(lists)).flat();
}

/** @throws MeshbedError `user/file` for what is no YAML of Kubernetes objects */
export async function objectsIn(file: string, { readInput }: CommandInput['context']): Promise<KubeObject[]> {
  const text = file === '-' ? await (readInput?.() ?? '') : await readFile(file, 'utf8').catch(unreadable(file));
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors ?? [];
    if (problem)
      throw new MeshbedError('user/file', `${file}: ${problem.message.split('\n')[0]}`, { next: 'correct it' });
    const object = document.toJS() as (KubeObject & { items?: KubeObject[] }) | null;
    return object ? (object.items ?? [object]) : [];
  });
}

const unreadable = (file: string) => (cause: Error) => {
  throw new MeshbedError('user/file', `${file}: ${cause.message}`, { cause });
};

/** Files win over what the cluster has of the same name. */
export function configurationOf(cluster: readonly KubeObject[], files: readonly KubeObject[]): Configuration {
  const keyOf = ({ kind, metadata: { namespace, name } }: KubeObject) => `${kind} ${namespace} ${name}`;
  const objects = [...new Map([...cluster, ...files].map((object) => [keyOf(object), object])).values()];
  const found: Record<keyof Configuration, KubeObject[]> = {
    namespaces: [],
    services: [],
    policies: [],
    workloads: [],
  };
  for (const object of objects) {
    const as = kinds[object.kind ?? ''];
    if (as) found[as].push(object);
  }
  return found;
}

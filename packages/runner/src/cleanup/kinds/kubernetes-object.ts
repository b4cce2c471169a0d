import type { KubeClient, Reference } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { names, type Configuration } from '../../configuration/index.ts';
import { testWorkloads } from '../../steps/prepare-tests/workloads.ts';
import { isEcsName } from '../evidence.ts';
import { gone, type Found, type Kind, type Sighting } from '../types.ts';

/** Namespaces of ours and what we put into others', for a cluster that stays. */
export const kubernetesObject: Kind = {
  title: 'Kubernetes object',
  cloud: 'both',
  after: ['kubernetes-load-balancer'],
  async find({ kube, configuration, azure }) {
    const cluster = await kube();
    if (!cluster) return [];
    const workloads = azure ? [aksNamespace] : testWorkloads(configuration, false);
    const wanted = [...(await ownNamespaces(cluster, configuration)), ...workloads];
    const found = await Promise.all(wanted.map((reference) => cluster.get(reference)));
    return wanted.filter((_reference, index) => found[index] !== undefined).map(sightingOf);
  },
  async remove({ kube }, found) {
    const cluster = await kube();
    const object = await cluster?.get(referenceOf(found));
    if (!cluster || !object) return ready(gone);
    if (object.metadata.deletionTimestamp === undefined) await cluster.delete(referenceOf(found));
    return waiting('what is in it is being deleted');
  },
  command: ({ id, within }) => `kubectl delete ${id}${within ? ` -n ${within}` : ''}`,
  timeoutMs: 5 * 60_000,
  inCluster: true,
};

/** The workloads of the AKS cluster have a namespace of their own. */
const aksNamespace: Reference = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.namespaces.aks } };

async function ownNamespaces(cluster: KubeClient, configuration: Configuration): Promise<Reference[]> {
  const namespaces = await cluster.list('v1', 'Namespace');
  return namespaces.filter(({ metadata: { name } }) => name === 'istio-eastwest' || isEcsName(configuration, name));
}

const apiVersions: Record<string, string> = { namespace: 'v1', service: 'v1', deployment: 'apps/v1' };

function sightingOf({ kind, metadata: { name, namespace } }: Reference): Sighting {
  const id = `${kind.toLowerCase()}/${name}`;
  const place = namespace === undefined ? {} : { within: namespace };
  return { id, name: namespace === undefined ? id : `${id} in ${namespace}`, evidence: 'name', eks: false, ...place };
}

function referenceOf({ id, within: namespace }: Found): Reference {
  const [kind = '', name = ''] = id.split('/');
  const metadata = namespace === undefined ? { name } : { namespace, name };
  return { apiVersion: apiVersions[kind] ?? 'v1', kind: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, metadata };
}

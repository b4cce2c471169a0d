import { inEveryCluster } from '../../run/clusters.ts';
import { folderOf } from '../folder.ts';
import type { Part } from '../types.ts';

/** What a cluster has. No Secret is read, and no ConfigMap but Istio's own. */
const kinds: readonly (readonly [apiVersion: string, kind: string, namespace?: string])[] = [
  ['v1', 'Event'],
  ['v1', 'Node'],
  ['v1', 'Namespace'],
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['v1', 'ConfigMap', 'istio-system'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'DaemonSet'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'WorkloadEntry'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['security.istio.io/v1', 'PeerAuthentication'],
];

export const kubernetes: Part = {
  folder: 'kubernetes',
  about: 'events, nodes, pods and everything of the mesh, as the API server has them; the policies in force',
  collect: (scene, keep) =>
    inEveryCluster(scene, ({ name, kube }) =>
      Promise.all(
        kinds.map(([apiVersion, kind, namespace]) =>
          keep(`${folderOf('kubernetes', name)}/${kind}.json`, () =>
            kube.list(apiVersion, kind, namespace === undefined ? {} : { namespace }),
          ),
        ),
      ),
    ),
};

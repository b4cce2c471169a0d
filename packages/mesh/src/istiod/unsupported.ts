import type { KubeObject } from '@meshbed/kube-client';
import type { PeerAuthentication } from './objects.ts';

const waypointLabel = 'istio.io/use-waypoint';

const nameOf = ({ kind, metadata: { namespace, name } }: KubeObject) =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** What objects ask for and this istiod does not do, in words: it must not be passed over in silence. */
export function unsupportedIn(
  objects: Iterable<KubeObject>,
  peerAuthentications: Iterable<PeerAuthentication>,
): string[] {
  const waypoints = [...objects].flatMap((object) => {
    const waypoint = object.metadata.labels?.[waypointLabel];
    if (waypoint === undefined || waypoint === 'none') return [];
    return [`${nameOf(object)}: waypoint "${waypoint}" is not used, traffic goes direct: waypoints are not supported`];
  });
  const ports = [...peerAuthentications].flatMap((object) =>
    object.spec?.portLevelMtls === undefined
      ? []
      : [`${nameOf(object)}: portLevelMtls is not enforced: only the mode of whole workloads is supported`],
  );
  return [...waypoints, ...ports];
}

import { MeshbedError } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { type CommandInput, text } from '../context.ts';

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface Waypoint extends KubeObject {
  spec: { gatewayClassName: string };
  status?: { conditions?: Condition[] };
}

export const gatewayClass = 'istio-waypoint';
const traffic = ['service', 'workload', 'all', 'none'];

export const namespaceOf = (flags: CommandInput['flags']): string => text(flags['namespace']) ?? 'default';

/** The Gateway that `waypoint generate` prints and `apply` applies. @throws MeshbedError `user/argument` */
export function waypointGateway(flags: CommandInput['flags'], namespace: string | undefined): KubeObject {
  const [name, purpose, revision] = [text(flags['name']) ?? 'waypoint', text(flags['for']), text(flags['revision'])];
  if (name === 'none') throw wrong('invalid name provided for waypoint, "none" is a reserved value');
  if (purpose !== undefined && !traffic.includes(purpose))
    throw wrong(`invalid traffic type: ${purpose}. Valid options are: ${traffic.join(', ')}`);
  const labels = {
    ...(purpose === undefined ? {} : { 'istio.io/waypoint-for': purpose }),
    ...(revision === undefined ? {} : { 'istio.io/rev': revision }),
  };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      name,
      ...(namespace === undefined ? {} : { namespace }),
    },
    spec: { gatewayClassName: gatewayClass, listeners: [{ name: 'mesh', port: 15_008, protocol: 'HBONE' }] },
  } as KubeObject;
}

/** Those of a namespace, or of all. */
export async function waypointsIn(kube: KubeApi, namespace: string | undefined): Promise<Waypoint[]> {
  const { items } = await kube.list<Waypoint>(resources.gateways, namespace === undefined ? {} : { namespace });
  return items.filter(({ spec }) => spec.gatewayClassName === gatewayClass);
}

export const conditionOf = ({ status }: Waypoint, wanted: string): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === wanted);

const wrong = (message: string) =>
  new MeshbedError('user/argument', message, { next: 'istioctl waypoint apply --help' });

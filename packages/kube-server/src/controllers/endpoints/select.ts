import type { Pod, Service, ServicePort } from '../../objects/index.ts';
import { isFinished, isReady } from '../pods.ts';

/** One pod behind a service. */
export interface ServiceEndpoint {
  pod: Pod;
  ip: string;
  ready: boolean;
  terminating: boolean;
  /** The service's ports that the pod has, with the number it listens on. */
  ports: readonly { port: ServicePort; target: number }[];
}

/** Pods that a service selects and that have an address, finished ones left out. */
export function selectEndpoints(service: Service, pods: readonly Pod[]): ServiceEndpoint[] {
  const { selector } = service.spec;
  if (!selector || service.spec.type === 'ExternalName') return [];
  const matches = ({ metadata }: Pod) =>
    Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value);
  return pods.filter((pod) => matches(pod) && !isFinished(pod)).flatMap((pod) => toEndpoint(service, pod));
}

function toEndpoint(service: Service, pod: Pod): ServiceEndpoint[] {
  const ip = pod.status?.podIP;
  if (ip === undefined) return [];
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (isReady(pod) && !terminating);
  const ports = (service.spec.ports ?? []).flatMap((port) => {
    const target = targetPort(port, pod);
    return target === undefined ? [] : [{ port, target }];
  });
  return [{ pod, ip, ready, terminating, ports }];
}

/** A number, or the number of the container port with that name; undefined when the pod has no such port. */
function targetPort({ targetPort: target, port, protocol }: ServicePort, { spec }: Pod): number | undefined {
  if (typeof target === 'number') return target;
  if (target === undefined) return port;
  const all = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports = [] }) => ports);
  const named = all.find(({ name, protocol: own = 'TCP' }) => name === target && own === (protocol ?? 'TCP'));
  return named?.containerPort ?? (/^\d+$/.test(target) ? Number(target) : undefined);
}

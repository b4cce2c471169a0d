import { matches } from '../facts/objects.ts';
import type { Facts } from '../facts/types.ts';
import { type Host, type HostPort, hostsOf } from './hosts.ts';
import { type Workload, workloadsOf } from './workloads.ts';

export { type Host, type HostPort, lookUp } from './hosts.ts';
export * from './workloads.ts';

/** The facts, as the proxies of the mesh see them. Made once for any number of questions. */
export interface Mesh {
  facts: Facts;
  hosts: readonly Host[];
  workloads: readonly Workload[];
}

export function meshOf(facts: Facts): Mesh {
  return { facts, hosts: hostsOf(facts.mesh), workloads: workloadsOf(facts) };
}

export interface Endpoint {
  workload: Workload;
  /** Of the workload, not of the service. */
  port: number;
}

/** The workloads that a host's selector takes in, in its namespace, with their own port. */
export function endpointsOf({ workloads }: Mesh, host: Host, port: HostPort): Endpoint[] {
  const { selector } = host;
  if (!selector) return [];
  const members = workloads.filter(
    ({ namespace, labels }) => namespace === host.namespace && matches(selector, labels),
  );
  return members.flatMap((workload) => {
    const target = workload.portOverrides[port.name] ?? port.target;
    const number = typeof target === 'number' ? target : workload.namedPorts[target];
    return number === undefined ? [] : [{ workload, port: number }];
  });
}

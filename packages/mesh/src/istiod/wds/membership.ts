import type { Labels, Snapshot } from './snapshot.ts';
import { matches } from './snapshot.ts';
import { type PortMapping, portMessage, type ServiceSource, type WdsPort } from './services.ts';

/** What decides which services and policies a workload belongs to. */
export interface Member {
  namespace: string;
  labels: Labels;
  kind: 'pod' | 'workload-entry';
  /** Port names of the endpoint → port, which beat the service's target. */
  ports: Readonly<Record<string, number>>;
  /** Container port names → port, for services whose target is a name. */
  namedPorts: Readonly<Record<string, number>>;
}

export interface PortList {
  ports: WdsPort[];
}

/** The services that select a workload in their namespace, each with the ports that the workload has for it. */
export function servicesOf(member: Member, sources: readonly ServiceSource[]): Record<string, PortList> {
  const selecting = sources.filter(
    ({ namespace, selector }) =>
      selector !== undefined && namespace === member.namespace && matches(selector, member.labels),
  );
  return Object.fromEntries(selecting.map(({ key, ports }) => [key, portsOf(ports, member)]));
}

/** A port whose named target the workload lacks is left out, so that the workload is no endpoint for it. */
export function portsOf(
  ports: readonly PortMapping[],
  { ports: overrides, namedPorts }: Pick<Member, 'ports' | 'namedPorts'>,
): PortList {
  const mapped = ports.flatMap((port) => {
    const named = port.targetName === undefined ? port.targetPort : namedPorts[port.targetName];
    const targetPort = overrides[port.name] ?? named;
    return targetPort === undefined ? [] : [portMessage({ ...port, targetPort })];
  });
  return { ports: mapped };
}

/** Keys of the policies that a workload has to list. */
export const policiesOf = (
  { namespace, labels }: Pick<Member, 'namespace' | 'labels'>,
  { policies }: Snapshot,
): string[] =>
  policies
    .filter(({ appliesTo }) => appliesTo(namespace, labels))
    .map(({ key }) => key)
    .toSorted();

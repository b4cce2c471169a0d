import { MeshbedError } from '@meshbed/core';
import { configuredFor } from '../discovery/diagnose.ts';
import type { EcsService, Facts } from '../facts/types.ts';
import { type Mesh, tagNames } from '../mesh/index.ts';
import { ecsService } from './caller.ts';

/** What is called. */
export interface Target {
  /** A name, or an address. */
  host: string;
  /** Undefined: the host's first. */
  port: number | undefined;
  /** The ECS service that is to stand behind the name, whether the mesh knows it or not. */
  service: EcsService | undefined;
}

/**
 * `HOST[:PORT]`, `ecs/1/echo-service`, `eks/eks-echo`, `eks/NAMESPACE/SERVICE`.
 * @throws MeshbedError `user/unknown-target`
 */
export function resolveTarget(mesh: Mesh, text: string): Target {
  const [, name = text, portText] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  const port = portText === undefined ? undefined : Number(portText);
  const [kind, ...path] = name.split('/');
  if (path.length === 0) return { host: name, port, service: serviceBehind(mesh.facts, name) };
  if (kind === 'ecs' && path.length === 2) return { port, ...ecsTarget(mesh, text, path) };
  if (kind === 'eks' && path.length <= 2) return { port, host: eksHost(mesh, text, path), service: undefined };
  throw unknown(text, 'write it as HOST:PORT, ecs/NUMBER/SERVICE or eks/SERVICE', mesh);
}

function ecsTarget(mesh: Mesh, text: string, [cluster = '', name = '']: readonly string[]) {
  const service = ecsService(mesh.facts, cluster, name);
  if (!service) throw unknown(text, `there is no ECS service ${name} in a cluster ${cluster}`, mesh);
  return { service, host: hostnameOf(mesh.facts, service) };
}

function eksHost({ hosts }: Mesh, text: string, path: readonly string[]): string {
  const [name = '', namespace = 'default'] = path.toReversed();
  const known = [name, `eks-${name}`].map((each) => `${each}.${namespace}.svc.cluster.local`);
  return known.find((each) => hosts.some(({ hostname }) => hostname === each)) ?? known[0] ?? text;
}

/** The name that istiod gives the service, or would give it. */
export function hostnameOf(facts: Facts, service: EcsService): string {
  const domain = configuredFor(facts, service.account)?.domain ?? 'local';
  return service.tags[tagNames.hostname] ?? `${service.name}.${service.cluster}.${domain}`.toLowerCase();
}

/** The ECS service that the name is of: exactly, or but for the domain. */
function serviceBehind(facts: Facts, name: string): EcsService | undefined {
  const all = facts.ecs.flatMap(({ services }) => services);
  const plain = name.toLowerCase().replace(/\.$/, '');
  return (
    all.find((service) => hostnameOf(facts, service) === plain) ??
    all.find((service) => plain.startsWith(`${service.name}.${service.cluster}.`.toLowerCase()))
  );
}

const unknown = (text: string, why: string, { hosts }: Mesh) =>
  new MeshbedError('user/unknown-target', `no target ${text}: ${why}`, {
    next: `choose one of: ${hosts.map(({ hostname }) => hostname).join(', ')}`,
  });

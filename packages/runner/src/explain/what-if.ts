/** What would change with policies that are not applied. */
import { MeshbedError, messageOf } from '@meshbed/core';
import type { AuthorizationPolicyObject, PolicySet } from '@meshbed/policy/istio';
import { parseAllDocuments } from 'yaml';
import { callersOf } from './walk/caller.ts';
import { explainPair, type Pair } from './explain.ts';
import { endpointsOf, type Host, type Mesh } from './mesh/index.ts';
import type { Explanation } from './types.ts';
import { policiesNow } from './walk/walk.ts';

export interface WhatIf {
  policies: readonly AuthorizationPolicyObject[];
  /** In place of all policies in force; otherwise beside them, and over those of the same name. */
  replace: boolean;
}

/**
 * AuthorizationPolicy objects of a YAML file, which may have several documents and lists.
 * @throws MeshbedError `user/policies`
 */
export function parsePolicies(text: string, file: string): AuthorizationPolicyObject[] {
  const documents = parseAllDocuments(text);
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) throw wrong(file, messageOf(broken));
  const objects = documents.map((document) => document.toJS() as unknown).flatMap(itemsOf);
  if (objects.length === 0) throw wrong(file, 'there is no object in it');
  return objects.map((object) => policyIn(object, file));
}

interface Parsed {
  kind?: string;
  items?: unknown[];
  metadata?: { name?: string; namespace?: string; annotations?: Record<string, string> };
  spec?: unknown;
}

/** Empty documents are left out, lists taken apart. */
function itemsOf(value: unknown): Parsed[] {
  if (value === null || value === undefined) return [];
  const object = value as Parsed;
  return object.items ? object.items.flatMap(itemsOf) : [object];
}

function policyIn({ kind, metadata, spec }: Parsed, file: string): AuthorizationPolicyObject {
  if (kind !== 'AuthorizationPolicy') throw wrong(file, `a ${kind ?? 'nameless kind'} is no AuthorizationPolicy`);
  if (metadata?.name === undefined) throw wrong(file, 'a policy has no name');
  const { name, namespace = 'default', annotations } = metadata;
  return {
    metadata: { name, namespace, ...(annotations ? { annotations } : {}) },
    ...(spec ? { spec: spec as NonNullable<AuthorizationPolicyObject['spec']> } : {}),
  };
}

const wrong = (file: string, why: string) =>
  new MeshbedError('user/policies', `${file} can't be used as policies: ${why}`, {
    next: `kubectl apply --dry-run=server -f ${file}`,
  });

export function policiesWith(mesh: Mesh, { policies, replace }: WhatIf): PolicySet {
  const now = policiesNow(mesh);
  const same = ({ metadata: a }: AuthorizationPolicyObject, { metadata: b }: AuthorizationPolicyObject) =>
    a.name === b.name && a.namespace === b.namespace;
  const kept = replace ? [] : now.policies.filter((policy) => !policies.some((other) => same(policy, other)));
  return { ...now, policies: [...kept, ...policies] };
}

export interface Compared extends Pair {
  now: Explanation;
  after: Explanation;
  changes: boolean;
}

export function compare(mesh: Mesh, pair: Pair, whatIf: WhatIf): Compared {
  const now = explainPair(mesh, pair);
  const after = explainPair(mesh, pair, policiesWith(mesh, whatIf));
  return { ...pair, now, after, changes: now.verdict !== after.verdict };
}

/** Every caller with every service that the mesh knows, so that a further cluster adds its rows by itself; or a part. */
export function pairsOf(mesh: Mesh, { from, to }: Partial<Pair> = {}): Pair[] {
  const callers = from === undefined ? callersOf(mesh) : [from];
  const targets = to === undefined ? targetsOf(mesh) : [to];
  return callers.flatMap((caller) => targets.map((target) => ({ from: caller, to: target })));
}

const system = new Set(['kube-system', 'istio-system', 'istio-eastwest']);

/** Hosts outside the system's namespaces that a workload stands behind. */
function targetsOf(mesh: Mesh): string[] {
  const called = mesh.hosts.filter((host) => !system.has(host.namespace) && hasEndpoint(mesh, host));
  return called.flatMap(({ hostname, ports }) => ports.map(({ port }) => `${hostname}:${port}`));
}

const hasEndpoint = (mesh: Mesh, host: Host) => host.ports.some((port) => endpointsOf(mesh, host, port).length > 0);

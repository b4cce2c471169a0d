import type { KubeObject } from '../objects/index.ts';
import { badRequest } from '../store/errors.ts';

const everyKind = ['metadata.name', 'metadata.namespace'];
const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Fields that each kind can be selected by, besides name and namespace. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  events: [...involved.map((field) => `involvedObject.${field}`), 'reason', 'reportingComponent', 'source', 'type'],
  'replicasets.apps': ['status.replicas'],
};

interface Term {
  path: string;
  equal: boolean;
  value: string;
}

/**
 * A predicate for `metadata.name=web,status.phase!=Running`.
 * @throws ApiError BadRequest for a field that `resource` can't be selected by
 */
export function parseFieldSelector(
  selector: string | null | undefined,
  resource: string,
): (object: KubeObject) => boolean {
  const terms = (selector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .map((term) => parseTerm(term, resource));
  return (object) => terms.every(({ path, equal, value }) => (valueAt(object, path) === value) === equal);
}

function parseTerm(term: string, resource: string): Term {
  const match = /^([^=!]+)(!=|==?)(.*)$/.exec(term);
  if (!match) throw badRequest(`invalid field selector ${JSON.stringify(term)}: can't understand it`);
  const [, path = '', operator, value = ''] = match;
  if (![...everyKind, ...(selectable[resource] ?? [])].includes(path)) {
    throw badRequest(`field label not supported: ${path}`);
  }
  return { path, equal: operator !== '!=', value };
}

const absent: Readonly<Record<string, string>> = { 'spec.unschedulable': 'false', 'spec.hostNetwork': 'false' };

function valueAt(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const name of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (absent[path] ?? '');
}

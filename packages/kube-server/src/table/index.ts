import type { CustomVersion, KubeObject, PrinterColumn } from '../objects/index.ts';
import type { Resource } from '../registry/index.ts';
import { ageOf } from './age.ts';
import * as cluster from './cluster-columns.ts';
import { type Column, columnsOf } from './column.ts';
import { jsonPath } from './jsonpath.ts';
import * as network from './network-columns.ts';
import * as other from './other-columns.ts';
import { podColumns } from './pod-columns.ts';
import { daemonSetColumns, deploymentColumns, replicaSetColumns } from './workload-columns.ts';

export { ageOf } from './age.ts';
export { jsonPath } from './jsonpath.ts';

const { text } = columnsOf<KubeObject>();
const nameColumn = text('Name', ({ metadata }) => metadata.name);
const ageColumn = text('Age', ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs));

const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';

/** Columns after the name; a kind that is not listed shows its age. */
const builtinColumns: Readonly<Record<string, readonly Column<never>[]>> = {
  pods: podColumns,
  services: network.serviceColumns,
  endpoints: network.endpointsColumns,
  namespaces: cluster.namespaceColumns,
  nodes: cluster.nodeColumns,
  serviceaccounts: cluster.serviceAccountColumns,
  secrets: cluster.secretColumns,
  configmaps: cluster.configMapColumns,
  'deployments.apps': deploymentColumns,
  'replicasets.apps': replicaSetColumns,
  'daemonsets.apps': daemonSetColumns,
  'endpointslices.discovery.k8s.io': network.endpointSliceColumns,
  'horizontalpodautoscalers.autoscaling': other.autoscalerColumns,
  'poddisruptionbudgets.policy': other.disruptionBudgetColumns,
  'leases.coordination.k8s.io': other.leaseColumns,
  'ingresses.networking.k8s.io': other.ingressColumns,
  'networkpolicies.networking.k8s.io': other.networkPolicyColumns,
  'customresourcedefinitions.apiextensions.k8s.io': cluster.definitionColumns,
  [`roles.${rbac}`]: cluster.roleColumns,
  [`clusterroles.${rbac}`]: cluster.roleColumns,
  [`rolebindings.${rbac}`]: cluster.bindingColumns,
  [`clusterrolebindings.${rbac}`]: cluster.bindingColumns,
  [`mutatingwebhookconfigurations.${admission}`]: other.webhookColumns,
  [`validatingwebhookconfigurations.${admission}`]: other.webhookColumns,
};

/** The columns of a kind; the first with format `name`. */
function columnsFor(resource: Resource, version: string): readonly Column[] {
  if (resource.key === 'events') return cluster.eventColumns as readonly Column<never>[] as readonly Column[];
  const custom = resource.definition?.spec.versions.find(({ name }) => name === version);
  const special = custom ? customColumns(custom) : (builtinColumns[resource.key] as readonly Column[] | undefined);
  return [nameColumn, ...(special ?? [ageColumn])];
}

function customColumns({ additionalPrinterColumns = [] }: CustomVersion): readonly Column[] | undefined {
  return additionalPrinterColumns.length === 0 ? undefined : additionalPrinterColumns.map(customColumn);
}

const columnTypes = new Set(['string', 'integer', 'number', 'boolean', 'date']);

const customColumn = ({ name, type, jsonPath: path, priority = 0, description }: PrinterColumn): Column => ({
  name,
  type: columnTypes.has(type) ? (type as Column['type']) : 'string',
  wide: priority > 0,
  ...(description === undefined ? {} : { description }),
  cell(object, nowMs) {
    const value = jsonPath(object, path);
    return type === 'date' ? ageOf(value as string | undefined, nowMs) : printable(value, type);
  },
});

function printable(value: unknown, type: string): unknown {
  if (value === undefined) return null;
  return type === 'string' && typeof value === 'object' ? JSON.stringify(value) : value;
}

export interface TableOptions {
  resource: Resource;
  version: string;
  nowMs: number;
  metadata: object;
  /** What stands beside the cells: the object's metadata by default. */
  row: (object: KubeObject) => object | undefined;
  /** Watches repeat rows, not the columns. */
  withColumns: boolean;
}

/** `meta.k8s.io/v1 Table`: what kubectl prints; ages are texts made here. */
export function tableOf(objects: readonly KubeObject[], options: TableOptions): object {
  const { resource, version, nowMs, metadata, row, withColumns } = options;
  const columns = columnsFor(resource, version);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns ? columns.map(definitionOf) : null,
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, nowMs) ?? null),
      object: row(object),
    })),
  };
}

const definitionOf = ({ name, type, wide, description = '' }: Column) => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description,
  priority: wide ? 1 : 0,
});

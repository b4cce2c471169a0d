import { createHash } from 'node:crypto';
import { groupVersion, type Registry, type Resource, splitGroupVersion } from '../registry/index.ts';
import { builtinSchemas, metadataSchema, reference, schemaName } from './schemas.ts';

const pathOf = (apiVersion: string) => (apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`);

function servedVersions(registry: Registry): Map<string, Resource[]> {
  const served = new Map<string, Resource[]>();
  for (const row of registry.rows()) {
    for (const version of row.versions) {
      const apiVersion = groupVersion(row.group, version);
      served.set(apiVersion, [...(served.get(apiVersion) ?? []), row]);
    }
  }
  return served;
}

/** `/openapi/v3`: where the document of each group and version is. The hash changes with its definitions. */
export function openapiIndex(registry: Registry, prefix: string): object {
  const entries = [...servedVersions(registry)].map(([apiVersion, rows]) => {
    const state = rows.map(({ key, definition }) => `${key}@${definition?.metadata.resourceVersion ?? ''}`);
    const hash = createHash('sha256').update(state.join()).digest('hex').toUpperCase();
    const path = pathOf(apiVersion);
    return [path, { serverRelativeURL: `${prefix}/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) as object };
}

/**
 * `/openapi/v3/apis/GROUP/VERSION`; undefined when it is not served. Paths tell kubectl that the server validates
 * (`fieldValidation`), schemas serve `kubectl explain`. Without a request body of a strategic merge patch, kubectl
 * merges by its built-in rules, which know the merge keys that these schemas leave out.
 */
export function openapiDocument(registry: Registry, path: string, version: string): object | undefined {
  const apiVersion = path.replace(/^apis?\//, '');
  const rows = servedVersions(registry).get(apiVersion);
  if (!rows) return undefined;
  const schemas = Object.assign({}, ...rows.map((row) => schemasOf(row, apiVersion))) as object;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.assign({}, ...rows.map((row) => pathsOf(row, apiVersion))) as object,
    components: { schemas },
  };
}

const gvkOf = (row: Resource, apiVersion: string) => ({ ...splitGroupVersion(apiVersion), kind: row.kind });

function schemasOf(row: Resource, apiVersion: string): Record<string, object> {
  const name = schemaName(row, apiVersion);
  const extension = { 'x-kubernetes-group-version-kind': [gvkOf(row, apiVersion)] };
  const head = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  if (!row.definition) {
    const { [name]: own, ...others } = builtinSchemas(row.kind);
    return { ...others, [name]: { ...own, properties: { ...head, ...(own?.['properties'] as object) }, ...extension } };
  }
  const { version } = splitGroupVersion(apiVersion);
  const schema = row.definition.spec.versions.find((candidate) => candidate.name === version)?.schema?.openAPIV3Schema;
  const metadata = reference(metadataSchema);
  const properties = { ...schema?.properties, ...head, metadata };
  return { ...builtinSchemas('ObjectMeta'), [name]: { type: 'object', ...schema, properties, ...extension } };
}

function pathsOf(row: Resource, apiVersion: string): Record<string, object> {
  const scope = row.namespaced ? 'namespaces/{namespace}/' : '';
  const collection = `/${pathOf(apiVersion)}/${scope}${row.plural}`;
  const schema = { $ref: `#/components/schemas/${schemaName(row, apiVersion)}` };
  const operation = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvkOf(row, apiVersion),
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string' },
    })),
    responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
  });
  const item = { get: operation('get'), put: operation('put'), patch: operation('patch'), delete: operation('delete') };
  return {
    [collection]: { get: operation('list'), post: operation('post') },
    [`${collection}/{name}`]: item,
  };
}

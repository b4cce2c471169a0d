import { checkFields } from '../codec/index.ts';
import { pruneUnknown, unsupportedRules } from '../openapi/index.ts';
import { groupVersion, schemaOf } from '../registry/index.ts';
import { badRequest } from '../store/errors.ts';
import { isRecord } from '../store/index.ts';
import { storedOnly } from '../strategies/index.ts';
import type { CustomResourceDefinition, KubeObject } from '../objects/index.ts';
import type { Exchange } from './exchange.ts';

/**
 * Makes a submitted body an object of the exchange's kind, without fields that the kind does not have, and returns what
 * to warn about. `fieldValidation=Strict` refuses such fields.
 * @throws ApiError BadRequest
 */
export function conform(exchange: Exchange, body: unknown): { object: KubeObject; warnings: string[] } {
  const { resource, version } = exchange.target;
  const object = typed(exchange, body);
  const expected = `${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}`;
  const { unknown, wrongType } = fieldProblems(exchange, object);
  if (wrongType.length > 0) throw badRequest(`${expected}: ${wrongType[0]}`);
  const complaints = unknown.map((path) => `unknown field "${path}"`);
  const mode = exchange.query.get('fieldValidation') ?? 'Warn';
  if (complaints.length > 0 && mode === 'Strict') {
    throw badRequest(`${expected}: strict decoding error: ${complaints.join(', ')}`);
  }
  const notActedOn = storedOnly[resource.key];
  const warnings = [...(mode === 'Warn' ? complaints : []), ...(notActedOn ? [notActedOn] : [])];
  return { object, warnings: [...warnings, ...unevaluated(exchange, object)] };
}

/** The rules of a definition that this server can't evaluate. */
function unevaluated({ target: { resource } }: Exchange, object: KubeObject): string[] {
  if (resource.kind !== 'CustomResourceDefinition') return [];
  const { versions } = (object as CustomResourceDefinition).spec ?? { versions: [] };
  const schemas = versions.flatMap(({ schema }) => (schema?.openAPIV3Schema ? [schema.openAPIV3Schema] : []));
  return [...new Set(schemas.flatMap((schema) => unsupportedRules(schema)))].map(
    (rule) => `not evaluated here: ${rule}`,
  );
}

function fieldProblems({ target: { resource } }: Exchange, object: KubeObject) {
  if (!resource.definition) return checkFields(resource.kind, object);
  const ofMetadata = checkFields('ObjectMeta', object.metadata as unknown as Record<string, unknown>);
  const schema = schemaOf(resource, object.apiVersion);
  const unknown = [
    ...ofMetadata.unknown.map((path) => `metadata.${path}`),
    ...(schema ? pruneUnknown(schema, object) : []),
  ];
  return { unknown, wrongType: ofMetadata.wrongType };
}

function typed({ target: { resource, version } }: Exchange, body: unknown): KubeObject {
  if (!isRecord(body)) throw badRequest('the object provided is unrecognized: it must be a JSON or YAML object');
  const apiVersion = groupVersion(resource.group, version);
  const { kind = resource.kind, apiVersion: given = apiVersion } = body;
  if (kind !== resource.kind) {
    const expected = `${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}`;
    throw badRequest(`${expected}: no kind "${String(kind)}" is registered for this path`);
  }
  if (given !== apiVersion) {
    throw badRequest(
      `the API version in the data (${String(given)}) does not match the expected API version (${apiVersion})`,
    );
  }
  const metadata = isRecord(body['metadata']) ? body['metadata'] : {};
  return { ...body, kind: resource.kind, apiVersion, metadata } as unknown as KubeObject;
}

/** The body's own name and namespace must agree with the path; what it leaves out comes from there. */
export function place({ target }: Exchange, { metadata }: KubeObject): void {
  const { resource, namespace, name } = target;
  if (name !== undefined && metadata.name && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (name !== undefined) metadata.name = name;
  if (!resource.namespaced || namespace === undefined) return;
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  metadata.namespace = namespace;
}

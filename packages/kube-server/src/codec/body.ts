import type { IncomingMessage } from 'node:http';
import { parseAllDocuments, type Tags } from 'yaml';
import { ApiError, badRequest } from '../store/errors.ts';
import { decodeProtobuf } from './protobuf.ts';

/** etcd's limit on a request, which the API server passes on. */
const limitBytes = 3 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > limitBytes) throw badRequest(`the request body is larger than ${limitBytes} bytes`);
  }
  return Buffer.concat(chunks);
}

/** `application/json;charset=utf-8` → `application/json` */
export const mediaType = (contentType: string | undefined): string =>
  (contentType ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';

const parsers: Readonly<Record<string, (body: Buffer) => unknown>> = {
  'application/json': parseJson,
  'application/json-patch+json': parseJson,
  'application/merge-patch+json': parseJson,
  'application/strategic-merge-patch+json': parseJson,
  'application/yaml': parseYaml,
  'application/apply-patch+yaml': parseYaml,
  'application/vnd.kubernetes.protobuf': decodeProtobuf,
};

/**
 * A request's body as plain JSON; undefined when it is empty.
 * @throws ApiError UnsupportedMediaType, BadRequest
 */
export function parseBody(body: Buffer, contentType: string | undefined): unknown {
  if (body.length === 0) return undefined;
  const parse = parsers[mediaType(contentType)];
  if (parse) return parse(body);
  throw unsupportedMediaType(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
}

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${(error as Error).message}`);
  }
}

/** Times and numbers in base 60, which Kubernetes' parser leaves as strings. */
const isTime = (tag: Tags[number]): boolean =>
  typeof tag === 'object' && (tag.tag === 'tag:yaml.org,2002:timestamp' || ('format' in tag && tag.format === 'TIME'));

/** Most clients send JSON here too, which need not go through the slow parser. */
function parseYaml(body: Buffer): unknown {
  const source = body.toString();
  try {
    return JSON.parse(source);
  } catch {
    return parseRealYaml(source);
  }
}

/** Kubernetes reads YAML 1.1, where `y` is a boolean. */
function parseRealYaml(source: string): unknown {
  const [document] = parseAllDocuments(source, {
    version: '1.1',
    merge: true,
    customTags: (tags) => tags.filter((tag) => !isTime(tag)),
  });
  if (!document || !('toJS' in document)) return undefined;
  const [problem] = document.errors;
  if (problem) throw badRequest(`error decoding YAML: ${problem.message}`);
  return document.toJS();
}

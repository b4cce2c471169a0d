import { badRequest } from '../store/errors.ts';
import { timestamp } from '../store/json.ts';
import { type Field, messages } from './messages/index.ts';

type Json = Record<string, unknown>;
type Wire = { number: number; value: number | Buffer };

const magic = Buffer.from('k8s\0', 'latin1');

/**
 * A Kubernetes protobuf body as the JSON object it stands for: the magic, then `Unknown { 1: TypeMeta, 2: raw }`.
 * kubectl from 1.32 on sends typed objects like this. What is not in the tables is refused, since dropping it would lose it.
 * @throws ApiError BadRequest
 */
export function decodeProtobuf(body: Buffer): Json {
  if (!body.subarray(0, 4).equals(magic)) throw badRequest('the body is not a Kubernetes protobuf object');
  const envelope = new Map([...fieldsOf(body.subarray(4))].map(({ number, value }) => [number, value]));
  const type = new Map([...fieldsOf(bytes(envelope.get(1)))].map(({ number, value }) => [number, String(value)]));
  const kind = type.get(2) ?? '';
  return { apiVersion: type.get(1) ?? '', kind, ...decodeMessage(kind, bytes(envelope.get(2))) };
}

const bytes = (value: number | Buffer | undefined) => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));

function decodeMessage(name: string, body: Buffer): Json {
  const message = messages.get(name);
  if (!message) throw badRequest(`protobuf bodies of kind ${name} are not supported: send JSON`);
  const object: Json = {};
  for (const { number, value } of fieldsOf(body)) {
    const field = message.find((candidate) => candidate.number === number);
    if (!field) throw badRequest(`protobuf field ${number} of ${name} is not supported: send JSON`);
    decodeField(object, field, value);
  }
  return object;
}

function decodeField(object: Json, field: Field, value: number | Buffer): void {
  if (field.name === '') {
    Object.assign(object, decodeValue(field.type, value));
  } else if (field.shape === 'map') {
    const [key, entry] = decodeEntry(field, bytes(value));
    object[field.name] = { ...(object[field.name] as Json | undefined), [key]: entry };
  } else if (field.shape === 'list') {
    const list = (object[field.name] as unknown[] | undefined) ?? [];
    object[field.name] = [...list, decodeValue(field.type, value)];
  } else {
    const decoded = decodeValue(field.type, value);
    if (!isUnset(field, decoded)) object[field.name] = decoded;
  }
}

/** Fields that are no pointers in Go: protobuf carries their zero values, JSON leaves them out. */
const zeroMeansUnset = new Set([
  'failureThreshold',
  'generation',
  'globalDefault',
  'healthCheckNodePort',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostPort',
  'initialDelaySeconds',
  'minReadySeconds',
  'nodePort',
  'number',
  'paused',
  'periodSeconds',
  'publishNotReadyAddresses',
  'readOnly',
  'stdin',
  'stdinOnce',
  'successThreshold',
  'timeoutSeconds',
  'tty',
  'unschedulable',
]);

function isUnset({ name }: Field, value: unknown): boolean {
  return value === '' || value === undefined || (zeroMeansUnset.has(name) && (value === 0 || value === false));
}

function decodeEntry(field: Field, body: Buffer): [string, unknown] {
  let key = '';
  let entry: unknown = '';
  for (const { number, value } of fieldsOf(body)) {
    if (number === 1) key = String(value);
    else entry = decodeValue(field.type, value);
  }
  return [key, entry];
}

function decodeValue(type: Field['type'], value: number | Buffer): unknown {
  if (typeof type === 'object') return decodeMessage(type.message, bytes(value));
  switch (type) {
    case 'string':
      return String(value);
    case 'int':
      return value;
    case 'bool':
      return value !== 0;
    case 'bytes':
      return bytes(value).toString('base64');
    case 'time':
      return decodeTime(bytes(value));
    case 'quantity':
      return String(first(bytes(value), 1) ?? '');
    case 'intOrString':
      return decodeIntOrString(bytes(value));
    case 'status':
      return undefined;
    case 'any':
      return undecodable(bytes(value));
  }
}

const first = (body: Buffer, wanted: number) => [...fieldsOf(body)].find(({ number }) => number === wanted)?.value;

function decodeTime(body: Buffer): string | undefined {
  const seconds = Number(first(body, 1) ?? 0);
  return seconds > 0 ? timestamp(seconds * 1000) : undefined;
}

function decodeIntOrString(body: Buffer): string | number {
  const isText = Number(first(body, 1) ?? 0) === 1;
  return isText ? String(first(body, 3) ?? '') : Number(first(body, 2) ?? 0);
}

function undecodable(body: Buffer): object | undefined {
  if (body.length === 0) return undefined;
  throw badRequest('the protobuf body has a field that is only supported in JSON: send JSON');
}

function* fieldsOf(body: Buffer): Generator<Wire> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = body[at++];
      if (byte === undefined) throw badRequest('the protobuf body is truncated');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < body.length) {
    const tag = varint();
    const number = tag >>> 3;
    if ((tag & 7) === 0) {
      yield { number, value: varint() };
    } else if ((tag & 7) === 2) {
      const length = varint();
      yield { number, value: body.subarray(at, (at += length)) };
    } else {
      throw badRequest(`the protobuf body has wire type ${tag & 7}, which Kubernetes does not use`);
    }
  }
}

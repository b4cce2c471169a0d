import type { NormalizedSchema } from '@smithy/core/schema';

/** The four wire protocols: EC2 query, AWS query, JSON 1.1 and REST-JSON. */
export type Protocol = 'ec2' | 'query' | 'json' | 'rest';

/** A reference to a runtime schema, as the SDK's clients export them. */
export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

export interface WireRequest {
  method: string;
  /** Still percent-encoded, as on the wire: signatures cover this form. */
  path: string;
  rawQuery: string;
  /** Parameters of the URL and, for the query protocols, of the form body. */
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** Method, path template, status: the smithy `http` trait. */
export type HttpBinding = readonly [method: string, path: string, status: number];

export interface OperationShape {
  name: string;
  input: SchemaRef;
  output: SchemaRef;
  http?: HttpBinding;
}

/** What an error looks like on the wire, after its schema was looked up. */
export interface WireFailure {
  /** The exception's name: `NoSuchEntityException`. */
  name: string;
  /** The code that query protocols carry: `NoSuchEntity`. */
  code: string;
  message: string;
  status: number;
  schema?: SchemaRef | undefined;
  /** Modelled members beside the message. */
  data: Readonly<Record<string, unknown>>;
}

export interface Reply {
  requestId: string;
  xmlNamespace: string;
}

export type Values = Record<string, unknown>;

/** One protocol, from the server's side. */
export interface Codec {
  read(operation: OperationShape, request: WireRequest, labels: Readonly<Record<string, string>>): Values;
  write(operation: OperationShape, value: Values, reply: Reply): WireResponse;
  error(failure: WireFailure, reply: Reply): WireResponse;
}

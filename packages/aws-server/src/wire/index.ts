import { ec2 } from './ec2.ts';
import { json } from './json.ts';
import { query } from './query.ts';
import { restJson } from './rest-json.ts';
import type { Codec, Protocol } from './types.ts';

export const codecs: Readonly<Record<Protocol, Codec>> = { ec2, query, json, rest: restJson };
export type * from './types.ts';

import { isDeepStrictEqual } from 'node:util';

export interface Statement {
  Sid?: string;
  Effect: 'Allow';
  Principal?: { Service: string } | { AWS: string };
  Action: string | readonly string[];
  Resource?: string | readonly string[];
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: readonly Statement[];
}

export function policyDocument(...statements: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** Whether IAM returned this document; it percent-encodes what it returns, and the SDK leaves it so. */
export function isSameDocument(returned: string | undefined, wanted: PolicyDocument): boolean {
  if (returned === undefined) return false;
  return isDeepStrictEqual(JSON.parse(decodeURIComponent(returned)), wanted);
}

import { describe, expect, test } from 'vitest';
import { parsePolicyDocument, type ValidationOptions } from './validate.ts';

const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111111111111' } };
const whole = (one: object) => JSON.stringify({ Version: '2012-10-17', Statement: [one] });

const syntax = 'Syntax errors in policy.';
const rows: { what: string; kind?: ValidationOptions['kind']; text: string; message: string | undefined }[] = [
  { what: 'identity policy', text: whole(statement), message: undefined },
  { what: 'trust policy', kind: 'trust', text: whole(trust), message: undefined },
  { what: 'one statement without a list', text: JSON.stringify({ Statement: statement }), message: undefined },
  { what: 'no JSON', text: '{', message: syntax },
  { what: 'no JSON in a trust policy', kind: 'trust', text: '{', message: 'This policy contains invalid Json' },
  { what: 'not an object', text: '[]', message: syntax },
  { what: 'unknown field', text: JSON.stringify({ Statement: statement, Extra: 1 }), message: syntax },
  { what: 'unknown field in a statement', text: whole({ ...statement, Actions: [] }), message: syntax },
  { what: 'no statement', text: '{"Version":"2012-10-17"}', message: syntax },
  {
    what: 'other version',
    text: JSON.stringify({ Version: '2020-01-01', Statement: statement }),
    message: 'Policy document must be version 2012-10-17 or greater.',
  },
  { what: 'no effect', text: whole({ Action: '*', Resource: '*' }), message: 'Missing required field Effect' },
  { what: 'other effect', text: whole({ ...statement, Effect: 'allow' }), message: 'Invalid effect: allow' },
  { what: 'action and NotAction', text: whole({ ...statement, NotAction: 's3:*' }), message: syntax },
  { what: 'action that is no text', text: whole({ ...statement, Action: 5 }), message: syntax },
  {
    what: 'no action',
    text: whole({ Effect: 'Allow', Resource: '*' }),
    message: 'Policy statement must contain actions.',
  },
  {
    what: 'action without service',
    text: whole({ ...statement, Action: 'ListTasks' }),
    message: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  },
  {
    what: 'no resource',
    text: whole({ Effect: 'Allow', Action: '*' }),
    message: 'Policy statement must contain resources.',
  },
  {
    what: 'resource that is no ARN',
    text: whole({ ...statement, Resource: 'vpc-1' }),
    message: 'Resource vpc-1 must be in ARN format or "*".',
  },
  {
    what: 'principal in an identity policy',
    text: whole({ ...statement, Principal: '*' }),
    message: 'Policy document should not specify a principal.',
  },
  {
    what: 'Sid with a blank',
    text: whole({ ...statement, Sid: 'a b' }),
    message:
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  },
  {
    what: 'the same Sid twice',
    text: JSON.stringify({
      Statement: [
        { ...statement, Sid: 'A' },
        { ...statement, Sid: 'A' },
      ],
    }),
    message: 'Statement IDs (SID) in a single policy must be unique.',
  },
  {
    what: 'unknown operator',
    text: whole({ ...statement, Condition: { StringIs: { a: 'b' } } }),
    message: 'Invalid Condition type : StringIs.',
  },
  {
    what: 'operator with all its prefixes',
    text: whole({ ...statement, Condition: { 'ForAnyValue:StringLikeIfExists': { a: 'b' } } }),
    message: undefined,
  },
  { what: 'condition that is no object', text: whole({ ...statement, Condition: 'x' }), message: syntax },
  {
    what: 'resource in a trust policy',
    kind: 'trust',
    text: whole({ ...trust, Resource: '*' }),
    message: 'Has prohibited field Resource',
  },
  {
    what: 'trust without principal',
    kind: 'trust',
    text: whole({ Effect: 'Allow', Action: 'sts:AssumeRole' }),
    message: 'Missing required field Principal',
  },
  {
    what: 'trust with an empty principal',
    kind: 'trust',
    text: whole({ ...trust, Principal: {} }),
    message: 'Missing required field Principal cannot be empty!',
  },
  {
    what: 'trust with another action',
    kind: 'trust',
    text: whole({ ...trust, Action: 's3:*' }),
    message: 'AssumeRole policy may only specify STS AssumeRole actions.',
  },
  {
    what: 'service',
    kind: 'trust',
    text: whole({ ...trust, Principal: { Service: 'pods.eks.amazonaws.com' } }),
    message: undefined,
  },
  {
    what: 'service that is none',
    kind: 'trust',
    text: whole({ ...trust, Principal: { Service: 'pods' } }),
    message: 'Invalid principal in policy: "Service":"pods"',
  },
  {
    what: 'role that exists',
    kind: 'trust',
    text: whole({ ...trust, Principal: { AWS: 'arn:aws:iam::111111111111:role/there' } }),
    message: undefined,
  },
  {
    what: 'role that does not exist',
    kind: 'trust',
    text: whole({ ...trust, Principal: { AWS: 'arn:aws:iam::111111111111:role/gone' } }),
    message: 'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/gone"',
  },
  {
    what: 'role with a wildcard',
    kind: 'trust',
    text: whole({ ...trust, Principal: { AWS: 'arn:aws:iam::111111111111:role/*' } }),
    message: 'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/*"',
  },
];

describe('policy document', () => {
  test.each(rows)('$what: $message', ({ kind = 'identity', text, message }) => {
    const found = parsePolicyDocument(text, { kind, principalExists: (arn) => !arn.endsWith('gone') });
    expect(found).toEqual(
      message === undefined ? { valid: true, document: JSON.parse(text) as unknown } : { valid: false, message },
    );
  });
});

import { parsePolicyDocument } from '@meshbed/policy/iam';
import { AwsError } from '../errors.ts';
import { fail } from './errors.ts';

/** An identity or session policy. @throws MalformedPolicyDocument */
export function checkIdentityPolicy(text: string | undefined): string {
  const validation = parsePolicyDocument(text ?? '', { kind: 'identity' });
  if (!validation.valid) throw fail('MalformedPolicyDocumentException', validation.message);
  return text ?? '';
}

const nameForm = /^[\w+=,.@-]+$/;

/** @throws ValidationError for a name that IAM does not accept. */
export function checkName(name: string | undefined, field: string, longest: number): string {
  if (name !== undefined && nameForm.test(name) && name.length <= longest) return name;
  const rule =
    name !== undefined && name.length > longest
      ? `have length less than or equal to ${longest}`
      : String.raw`satisfy regular expression pattern: [\w+=,.@-]+`;
  const message = `1 validation error detected: Value '${name}' at '${field}' failed to satisfy constraint: Member must ${rule}`;
  throw new AwsError('ValidationError', message);
}

/** @throws ValidationError for a path that does not begin and end with a slash. */
export function checkPath(path = '/'): string {
  if (/^\/$|^\/[\x21-\x7e]+\/$/.test(path)) return path;
  throw new AwsError(
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  );
}

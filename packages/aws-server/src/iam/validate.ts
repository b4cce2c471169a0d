import { AwsError } from '../errors.ts';
import { fail } from './errors.ts';

interface Statement {
  Effect?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
}

const malformed = (message: string) => fail('MalformedPolicyDocumentException', message);

/** Statements of a document, with the mistakes that IAM finds when a policy is saved. @throws MalformedPolicyDocument */
function statementsOf(document: string): Statement[] {
  let parsed: { Version?: unknown; Statement?: Statement | Statement[] };
  try {
    parsed = JSON.parse(document) as typeof parsed;
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  const { Version, Statement: given } = parsed;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw malformed('Syntax errors in policy.');
  }
  const statements = given === undefined ? [] : [given].flat();
  if (statements.length === 0) throw malformed('Syntax errors in policy.');
  if (statements.some(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny'))
    throw malformed('Syntax errors in policy.');
  if (statements.some(({ Action, NotAction }) => Action === undefined && NotAction === undefined)) {
    throw malformed('Policy statement must contain actions.');
  }
  return statements;
}

/** An identity policy: resources but no principal. @throws MalformedPolicyDocument */
export function checkIdentityPolicy(document: string | undefined): string {
  const statements = statementsOf(document ?? '');
  if (statements.some(({ Resource, NotResource }) => Resource === undefined && NotResource === undefined)) {
    throw malformed('Policy statement must contain resources.');
  }
  if (statements.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined)) {
    throw malformed('Policy document should not specify a principal.');
  }
  return document ?? '';
}

/** A trust policy: principals but no resource. @throws MalformedPolicyDocument */
export function checkTrustPolicy(document: string): void {
  const statements = statementsOf(document);
  if (statements.some(({ Resource, NotResource }) => Resource !== undefined || NotResource !== undefined)) {
    throw malformed('Has prohibited field Resource');
  }
  if (statements.some(({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined)) {
    throw malformed('Missing required field Principal');
  }
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

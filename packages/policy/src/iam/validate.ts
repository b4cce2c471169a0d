import { readOperator } from './condition.ts';
import { listOf, type PolicyDocument, type Principal, type Statement } from './document.ts';

export interface ValidationOptions {
  /** `trust` is a role's assume role policy; `identity` also covers session policies and boundaries. */
  kind: 'identity' | 'trust';
  /** Whether an ARN of a user or role, or an account's root, can be named: IAM refuses those that do not exist. */
  principalExists?: (arn: string) => boolean;
}

export type Validation = { valid: true; document: PolicyDocument } | { valid: false; message: string };

/** Checks a policy's text. `message` is that of IAM's MalformedPolicyDocument. */
export function parsePolicyDocument(text: string, options: ValidationOptions): Validation {
  const document = readJson(text);
  const message = document === undefined ? syntaxError(options) : problem(document, options);
  return message === undefined ? { valid: true, document: document as PolicyDocument } : { valid: false, message };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const syntax = 'Syntax errors in policy.';
const syntaxError = ({ kind }: ValidationOptions) => (kind === 'trust' ? 'This policy contains invalid Json' : syntax);

const documentFields = new Set(['Version', 'Id', 'Statement']);
const statementFields = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
]);

function problem(value: unknown, options: ValidationOptions): string | undefined {
  if (!isRecord(value) || !onlyHas(value, documentFields)) return syntax;
  const { Version = '2008-10-17' } = value;
  if (Version !== '2012-10-17' && Version !== '2008-10-17')
    return 'Policy document must be version 2012-10-17 or greater.';
  const statements = listOf(value['Statement'] as Statement | undefined);
  if (statements.length === 0 || !statements.every((one) => isRecord(one) && onlyHas(one, statementFields)))
    return syntax;
  return first(statements, (statement) => statementProblem(statement, options)) ?? duplicateSid(statements);
}

/** In the order in which IAM reports them. */
const checks: readonly ((statement: Statement, options: ValidationOptions) => string | undefined)[] = [
  ({ Effect }) => {
    if (Effect === undefined) return 'Missing required field Effect';
    return Effect === 'Allow' || Effect === 'Deny' ? undefined : `Invalid effect: ${String(Effect)}`;
  },
  ({ Sid = '' }) =>
    /^[0-9A-Za-z]*$/.test(Sid)
      ? undefined
      : 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ({ Action, NotAction, Resource, NotResource }) =>
    both(Action, NotAction) || both(Resource, NotResource) ? syntax : undefined,
  (statement, { kind }) =>
    texts(statement).every((text) => typeof text === 'string') ? undefined : syntaxError({ kind }),
  ({ Action, NotAction }) =>
    listOf(Action ?? NotAction).length > 0 ? undefined : 'Policy statement must contain actions.',
  ({ Action, NotAction }) => first(listOf(Action ?? NotAction), actionProblem),
  (statement, { kind }) => (kind === 'trust' ? undefined : identityProblem(statement)),
  (statement, options) => (options.kind === 'trust' ? trustProblem(statement, options) : undefined),
  ({ Condition }) => conditionProblem(Condition),
];

const statementProblem = (statement: Statement, options: ValidationOptions) =>
  first(checks, (check) => check(statement, options));

const both = (one: unknown, other: unknown) => one !== undefined && other !== undefined;

function texts({ Action, NotAction, Resource, NotResource }: Statement): readonly unknown[] {
  return [Action, NotAction, Resource, NotResource].flatMap((field) => listOf<unknown>(field));
}

function actionProblem(action: string): string | undefined {
  if (action === '*' || /^[\w-]+:[\w*?]+$/.test(action)) return undefined;
  return action.includes(':')
    ? `The policy failed legacy parsing`
    : 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
}

function identityProblem({ Principal: principal, NotPrincipal, Resource, NotResource }: Statement): string | undefined {
  if (principal !== undefined || NotPrincipal !== undefined) return 'Policy document should not specify a principal.';
  const resources = listOf(Resource ?? NotResource);
  if (resources.length === 0) return 'Policy statement must contain resources.';
  const wrong = resources.find((resource) => resource !== '*' && !/^arn:[^:]*:[^:]*:/.test(resource));
  return wrong === undefined ? undefined : `Resource ${wrong} must be in ARN format or "*".`;
}

function trustProblem(statement: Statement, options: ValidationOptions): string | undefined {
  const { Principal: principal, Action, NotAction, Resource, NotResource, NotPrincipal } = statement;
  if (Resource !== undefined || NotResource !== undefined) return 'Has prohibited field Resource';
  if (principal === undefined)
    return NotPrincipal ? 'Has prohibited field NotPrincipal' : 'Missing required field Principal';
  const actions = listOf(Action ?? NotAction);
  if (!actions.every((action) => /^sts:/i.test(action)))
    return 'AssumeRole policy may only specify STS AssumeRole actions.';
  return principalProblem(principal, options);
}

const principalKinds = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);

function principalProblem(principal: Principal, { principalExists }: ValidationOptions): string | undefined {
  if (principal === '*') return undefined;
  if (!isRecord(principal) || !onlyHas(principal, principalKinds)) return syntax;
  const names = Object.entries(principal).flatMap(([kind, value]) => listOf(value).map((name) => ({ kind, name })));
  if (names.length === 0) return 'Missing required field Principal cannot be empty!';
  const wrong = names.find(({ kind, name }) => !isPrincipalName(kind, name, principalExists));
  return wrong && `Invalid principal in policy: "${wrong.kind}":"${wrong.name}"`;
}

function isPrincipalName(kind: string, name: unknown, exists: ValidationOptions['principalExists']): boolean {
  if (typeof name !== 'string') return false;
  if (kind === 'Service') return /^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(name);
  if (kind !== 'AWS' || name === '*' || /^\d{12}$/.test(name)) return true;
  // What is left of a role that was deleted: kept as it is, and matches nobody.
  if (/^A(ROA|IDA)[A-Z0-9]+$/.test(name)) return true;
  return (
    /^arn:aws[\w-]*:(iam|sts)::\d{12}:(root|user\/|role\/|assumed-role\/).*$/.test(name) &&
    !/[*?]/.test(name) &&
    (exists?.(name) ?? true)
  );
}

function conditionProblem(condition: unknown): string | undefined {
  if (condition === undefined) return undefined;
  if (!isRecord(condition) || !Object.values(condition).every(isRecord)) return syntax;
  const unknown = Object.keys(condition).find((operator) => !readOperator(operator));
  return unknown === undefined ? undefined : `Invalid Condition type : ${unknown}.`;
}

function duplicateSid(statements: readonly Statement[]): string | undefined {
  const sids = statements.flatMap(({ Sid }) => Sid ?? []);
  return new Set(sids).size === sids.length ? undefined : 'Statement IDs (SID) in a single policy must be unique.';
}

function first<T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = check(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const onlyHas = (value: object, fields: ReadonlySet<string>) => Object.keys(value).every((key) => fields.has(key));

import { conditionHolds } from './condition.ts';
import type { RequestContext } from './context.ts';
import { listOf, type OneOrMore, type PolicyDocument, type Statement, statementName } from './document.ts';
import { globMatches, readPattern } from './pattern.ts';
import type { AccessRequest } from './request.ts';

/** A statement that applies to the request, principal aside. */
export interface Applicable {
  statement: Statement;
  /** Sid, or `statement N`. */
  name: string;
}

/** Statements of the document whose action, resource and condition take in the request. */
export function applicable(
  { Statement: statements }: PolicyDocument,
  request: AccessRequest,
  context: RequestContext,
): Applicable[] {
  return listOf(statements)
    .map((statement, index) => ({ statement, name: statementName(statement, index) }))
    .filter(({ statement }) => applies(statement, request, context));
}

/** Condition keys of the document's statements on this action and resource that the request lacks. */
export function missingKeys(
  { Statement: statements }: PolicyDocument,
  request: AccessRequest,
  context: RequestContext,
): string[] {
  return listOf(statements)
    .filter((statement) => concerns(statement, request, context))
    .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((keys) => Object.keys(keys)))
    .filter((key) => context.get(key) === undefined);
}

const applies = (statement: Statement, request: AccessRequest, context: RequestContext): boolean =>
  concerns(statement, request, context) && conditionHolds(statement.Condition, context);

function concerns(statement: Statement, { action, resource }: AccessRequest, context: RequestContext): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const isAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase(), context);
  const isResource = (pattern: string) => matches(pattern, resource, context);
  return within(Action, NotAction, isAction) && within(Resource, NotResource, isResource);
}

/** Trust policies have neither Resource nor NotResource: the role itself is meant. */
function within(
  wanted: OneOrMore<string> | undefined,
  unwanted: OneOrMore<string> | undefined,
  isIt: (pattern: string) => boolean,
): boolean {
  if (unwanted !== undefined) return !listOf(unwanted).some(isIt);
  return wanted === undefined || listOf(wanted).some(isIt);
}

function matches(pattern: string, value: string, context: RequestContext): boolean {
  const pieces = readPattern(pattern, context);
  return pieces !== undefined && globMatches(pieces, value);
}

import { GetRoleCommand, paginateSimulatePrincipalPolicy, type EvaluationResult } from '@aws-sdk/client-iam';
import { errorCode, type AwsClients } from '@meshbed/clients/aws';
import { messageOf } from '@meshbed/core';
import { allOf } from '../../cleanup/kinds/pages.ts';
import { needed, type Need } from '../permissions/needed.ts';
import type { Place } from '../permissions/places.ts';
import type { AccountCheck, Noted } from '../types.ts';

/** Asks IAM itself what a run and a cleanup would be allowed. Nothing is done. */
export const permissions: AccountCheck = {
  id: 'permissions',
  class: 'cloud',
  async look({ scenario, configuration }, { name, profile, aws, arn }) {
    const place: Place = { scenario, configuration, account: name, id: aws.access.id };
    const principal = await principalWithPath(aws, principalOf(arn));
    try {
      const answers: Answer[] = [];
      // One after the other: IAM throttles simulations early.
      for (const need of needed)
        if (need.where?.(name, scenario) ?? true) answers.push(...(await ask(aws, need, { principal, place })));
      return permissionFindings(answers, { principal, profile });
    } catch (error) {
      const says = `IAM could not be asked (${errorCode(error)}: ${messageOf(error)})`;
      return [{ verdict: 'not-checked', object: principal, says }];
    }
  },
};

export interface Answer {
  action: string;
  purpose: Need['purpose'];
  /** `forbidden`: by a statement that denies it, whatever allows it. */
  verdict: 'allowed' | 'missing' | 'forbidden' | 'depends';
  /** Of what is refused; none when it is refused everywhere. */
  on: readonly string[];
  passedTo?: string;
  /** Condition keys that IAM would have to know. */
  keys: readonly string[];
  /** Policies with the statements that deny. */
  policies: readonly string[];
}

async function ask({ iam: client }: AwsClients, need: Need, { principal, place }: { principal: string; place: Place }) {
  const ResourceArns = [...need.on(place)];
  if (ResourceArns.length === 0) return [];
  const given = { 'aws:RequestedRegion': place.configuration.region, 'iam:PassedToService': need.passedTo };
  const ContextEntries = Object.entries(given).flatMap(([ContextKeyName, value]) =>
    value === undefined ? [] : [{ ContextKeyName, ContextKeyValues: [value], ContextKeyType: 'string' as const }],
  );
  const question = { PolicySourceArn: principal, ActionNames: need.actions.split(' '), ResourceArns, ContextEntries };
  const results = await allOf(paginateSimulatePrincipalPolicy({ client }, question), (page) => page.EvaluationResults);
  const byAction = Map.groupBy(results, ({ EvalActionName = '' }) => EvalActionName);
  return [...byAction].map(([action, found]) => answerOf(need, action, found));
}

/** The strictest of all. */
function verdictOf(results: readonly EvaluationResult[]): Answer['verdict'] {
  const decisions = new Set(results.map(({ EvalDecision }) => EvalDecision));
  if (decisions.has('explicitDeny')) return 'forbidden';
  const missing = results.filter(({ EvalDecision }) => EvalDecision === 'implicitDeny');
  if (missing.length === 0) return 'allowed';
  return missing.some(({ MissingContextValues: keys = [] }) => keys.length > 0) ? 'depends' : 'missing';
}

/** IAM answers for each resource, in a result of its own or in a part of one. */
function answerOf({ purpose, passedTo }: Need, action: string, results: readonly EvaluationResult[]): Answer {
  const each = results.flatMap(({ EvalResourceName, EvalDecision, ResourceSpecificResults: parts = [] }) =>
    parts.length > 0 ? parts : [{ EvalResourceName, EvalResourceDecision: EvalDecision }],
  );
  const refused = each.filter(({ EvalResourceDecision }) => EvalResourceDecision !== 'allowed');
  const matched = results.flatMap(({ MatchedStatements = [] }) => MatchedStatements);
  const verdict = verdictOf(results);
  return {
    action,
    purpose,
    verdict,
    on: refused.length === each.length ? [] : refused.map(({ EvalResourceName = '' }) => EvalResourceName),
    ...(passedTo === undefined ? {} : { passedTo }),
    keys: [...new Set(results.flatMap(({ MissingContextValues = [] }) => MissingContextValues))],
    policies: verdict === 'forbidden' ? [...new Set(matched.map(({ SourcePolicyId = '' }) => SourcePolicyId))] : [],
  };
}

interface Asked {
  /** ARN of the user or role. */
  principal: string;
  profile: string;
}

/** What is refused, first what a run needs; what depends on values that only the calls will have is a warning. */
export function permissionFindings(answers: readonly Answer[], asked: Asked): Noted[] {
  const object = asked.principal;
  const found = (['run', 'cleanup'] as const).flatMap((purpose): Noted[] => {
    const of = (verdict: Answer['verdict']) =>
      answers.filter((each) => each.purpose === purpose && each.verdict === verdict);
    const verdict = purpose === 'run' ? 'problem' : 'warning';
    const may = purpose === 'run' ? 'may not' : 'could not clean up: may not';
    const [missing, forbidden, depends] = [of('missing'), of('forbidden'), of('depends')];
    return [
      ...(missing.length > 0
        ? [{ verdict, object, says: `${may} ${listed(missing)}`, fix: allowing(missing, asked) } as const]
        : []),
      ...(forbidden.length > 0
        ? [{ verdict, object, says: `${may} ${listed(forbidden)}`, fix: lifting(forbidden, asked) } as const]
        : []),
      ...(depends.length > 0
        ? [
            {
              verdict: 'warning',
              object,
              says: `allowed on conditions only: ${listed(depends)}`,
              fix: comparing(depends),
            } as const,
          ]
        : []),
    ];
  });
  if (found.length > 0) return found;
  const actions = new Set(answers.map(({ action }) => action)).size;
  return [{ verdict: 'ok', object, says: `may do all ${actions} actions of a run and its cleanup` }];
}

/** `iam:CreateRole (on arn:…), iam:PassRole (to eks.amazonaws.com)` */
function listed(answers: readonly Answer[]): string {
  const texts = answers.map(({ action, on, passedTo }) => {
    const more = [
      ...(passedTo === undefined ? [] : [`to ${passedTo}`]),
      ...(on.length > 0 ? [`on ${on.join(', ')}`] : []),
    ];
    return more.length > 0 ? `${action} (${more.join('; ')})` : action;
  });
  return [...new Set(texts)].join(', ');
}

/** The command of an administrator. Roles of IAM Identity Center follow their permission set. */
function allowing(answers: readonly Answer[], { principal, profile }: Asked): string {
  const Action = [...new Set(answers.map(({ action }) => action))];
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  if (principal.includes(':role/aws-reserved/sso.amazonaws.com/'))
    return `add this to the permission set of profile ${profile} in IAM Identity Center: ${document}`;
  const type = principal.includes(':user/') ? 'user' : 'role';
  const name = principal.split('/').at(-1);
  return `an administrator allows it (or use another profile than ${profile}): aws iam put-${type}-policy --${type}-name ${name} --policy-name meshbed --policy-document '${document}'`;
}

const lifting = (answers: readonly Answer[], { profile }: Asked): string =>
  `a statement denies it, whatever allows it: change ${[...new Set(answers.flatMap(({ policies }) => policies))].join(', ')}, or use another profile than ${profile}`;

const comparing = (answers: readonly Answer[]): string =>
  `compare the conditions on ${[...new Set(answers.flatMap(({ keys }) => keys))].join(', ')} with what a run creates (meshbed plan), or let an administrator lift them`;

/** A session of a role has what the role has. Its path is not in the ARN of the session. */
export const principalOf = (arn: string): string =>
  arn.replace(/^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:$1:iam::$2:role/$3');

/** Roles of IAM Identity Center have paths. Who may not read the role is asked for as it is. */
async function principalWithPath({ iam }: AwsClients, arn: string): Promise<string> {
  const [, RoleName] = /:role\/([^/]+)$/.exec(arn) ?? [];
  if (RoleName === undefined) return arn;
  const found = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
  return found?.Role?.Arn ?? arn;
}

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
    const object = `${principalOf(arn)} in account ${aws.access.id}`;
    const place: Place = { scenario, configuration, account: name, id: aws.access.id };
    try {
      const principal = await principalWithPath(aws, principalOf(arn));
      const answers: Answer[] = [];
      // One after the other: IAM throttles simulations early.
      for (const need of needed)
        if (need.where?.(name, scenario) ?? true) answers.push(...(await ask(aws, need, { principal, place })));
      return permissionFindings(answers, { object, profile });
    } catch (error) {
      const says = `IAM could not be asked (${errorCode(error)}: ${messageOf(error)})`;
      return [{ verdict: 'not-checked', object, says }];
    }
  },
};

export interface Answer {
  action: string;
  purpose: Need['purpose'];
  verdict: 'allowed' | 'denied' | 'depends';
  /** Of what is refused; none when it is refused everywhere. */
  on: readonly string[];
  /** Condition keys that IAM would have to know. */
  keys: readonly string[];
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
  return results.map((result) => answerOf(need, result));
}

function answerOf({ purpose }: Need, result: EvaluationResult): Answer {
  const { EvalActionName: action = '', EvalDecision, ResourceSpecificResults: each = [] } = result;
  const keys = result.MissingContextValues ?? [];
  const refused = each.filter(({ EvalResourceDecision }) => EvalResourceDecision !== 'allowed');
  const on = refused.length === each.length ? [] : refused.map(({ EvalResourceName = '' }) => EvalResourceName);
  if (EvalDecision === 'allowed') return { action, purpose, verdict: 'allowed', on: [], keys };
  const open = EvalDecision === 'implicitDeny' && keys.length > 0;
  return { action, purpose, verdict: open ? 'depends' : 'denied', on, keys };
}

/** What is refused, first what a run needs; what depends on values that only the calls will have is a warning. */
export function permissionFindings(
  answers: readonly Answer[],
  { object, profile }: { object: string; profile: string },
): Noted[] {
  const of = (purpose: Need['purpose'], verdict: Answer['verdict']) =>
    answers.filter((each) => each.purpose === purpose && each.verdict === verdict);
  const fix = `let an administrator allow these actions to what profile ${profile} logs in as, or use another profile`;
  const [missing, unclean] = [of('run', 'denied'), of('cleanup', 'denied')];
  const open = [...of('run', 'depends'), ...of('cleanup', 'depends')];
  const keys = [...new Set(open.flatMap((each) => each.keys))].join(', ');
  const found: Noted[] = [
    { verdict: 'problem', object, says: `may not ${listed(missing)}`, fix },
    { verdict: 'warning', object, says: `could not clean up: may not ${listed(unclean)}`, fix },
    { verdict: 'warning', object, says: `allowed on conditions only (${keys}): ${listed(open)}`, fix: conditional },
  ];
  const notable = found.filter((_each, index) => [missing, unclean, open][index]?.length);
  if (notable.length > 0) return notable;
  const actions = new Set(answers.map(({ action }) => action)).size;
  return [{ verdict: 'ok', object, says: `may do all ${actions} actions of a run and its cleanup` }];
}

const conditional = 'compare the conditions with what a run creates: meshbed plan; or let an administrator lift them';

/** `iam:CreateRole (on arn:…), iam:PassRole` */
const listed = (answers: readonly Answer[]): string =>
  answers.map(({ action, on }) => (on.length > 0 ? `${action} (on ${on.join(', ')})` : action)).join(', ');

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

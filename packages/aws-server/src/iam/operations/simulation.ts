import type * as IAM from '@aws-sdk/client-iam';
import { type Decision, evaluate } from '@meshbed/policy/iam';
import type { RoleSession, User } from '../../accounts/index.ts';
import { policiesOf } from '../../authorization/policies.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { noSuch } from '../errors.ts';
import { iamState } from '../lookup.ts';
import { iamPage } from '../pages.ts';

const verdict = (decision: Decision): IAM.PolicyEvaluationDecisionType => {
  if (decision.effect === 'allow') return 'allowed';
  return decision.reason === 'explicit' ? 'explicitDeny' : 'implicitDeny';
};

/** The user or role as if it made a call. */
function principalOf(context: Context, arn = ''): User | RoleSession {
  const { roles, users } = iamState(context);
  const { account } = context;
  const user = [...users.values()].find((each) => each.arn === arn);
  if (user) return { kind: 'user', account, arn, name: user.name, userId: user.id, tags: user.tags };
  const role = [...roles.values()].find((each) => each.arn === arn);
  if (!role) throw noSuch(`The entity ${arn} cannot be found.`);
  return {
    kind: 'role-session',
    account,
    arn,
    userId: role.id,
    tags: role.tags,
    roleName: role.name,
    roleArn: arn,
    roleId: role.id,
    sessionName: 'simulation',
    transitiveTagKeys: [],
    sessionPolicies: [],
  };
}

type Input = IAM.SimulatePrincipalPolicyCommandInput;

const contextOf = ({ ContextEntries = [] }: Input) =>
  Object.fromEntries(
    ContextEntries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues]),
  );

function simulate(input: Input, context: Context): IAM.EvaluationResult[] {
  const { ActionNames = [], ResourceArns = [] } = input;
  const principal = principalOf(context, input.PolicySourceArn);
  const policies = policiesOf(context.world.stores, principal);
  const asked = { arn: principal.arn, account: principal.account, id: principal.userId };
  const resources = ResourceArns.length > 0 ? ResourceArns : ['*'];
  return ActionNames.flatMap((action) =>
    resources.map((resource) => {
      const decision = evaluate({ principal: asked, action, resource, context: contextOf(input) }, policies);
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: verdict(decision),
        MatchedStatements: [],
      };
    }),
  );
}

export const simulationOperations: ServiceParts<typeof IAM> = {
  handlers: {
    SimulatePrincipalPolicy(input, context) {
      const { items, tail } = iamPage(simulate(input, context), input);
      return { EvaluationResults: items, ...tail };
    },
  },
  rules: {
    SimulatePrincipalPolicy: {
      resources: ({ PolicySourceArn = '*' }) => [PolicySourceArn],
      accepts: 'PolicySourceArn ActionNames ResourceArns ContextEntries Marker MaxItems',
    },
  },
};

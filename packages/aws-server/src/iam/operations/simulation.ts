import type * as IAM from '@aws-sdk/client-iam';
import {
  type AwsPrincipal,
  type ContextValue,
  type DecidingStatement,
  type Policies,
  parsePolicyDocument,
  type PolicyDocument,
  simulate,
  type Simulation,
} from '@meshbed/policy/iam';
import { parsed, policiesHeld } from '../../authorization/policies.ts';
import type { Context } from '../../context.ts';
import type { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { fail, noSuch } from '../errors.ts';
import { iamState } from '../lookup.ts';
import { iamPage } from '../pages.ts';
import type { IamRole, IamUser } from '../state.ts';

type Input = IAM.SimulatePrincipalPolicyCommandInput;
type Verdict = IAM.PolicyEvaluationDecisionType;

const invalid = (message: string): AwsError => fail('InvalidInputException', message);

/** @throws AwsError InvalidInput for what is no user or role, NoSuchEntity for one that is not there. */
function holderOf(context: Context, arn = ''): IamUser | IamRole {
  const [, account, type, name] = /^arn:aws:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (!type || !name) throw invalid(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const { users, roles } = iamState(context);
  const found = account === context.account ? (type === 'user' ? users : roles).get(name) : undefined;
  if (found?.arn !== arn) throw noSuch(`The ${type} with name ${name} cannot be found.`);
  return found;
}

const principalOf = (context: Context, { arn, id, tags }: IamUser | IamRole): AwsPrincipal => ({
  arn,
  account: context.account,
  id,
  tags: Object.fromEntries(tags),
});

function documentsOf(texts: readonly string[] | undefined, member: string): PolicyDocument[] {
  return (texts ?? []).map((text, index) => {
    const validation = parsePolicyDocument(text, { kind: 'identity' });
    if (!validation.valid) throw invalid(`${member}.${index + 1}: ${validation.message}`);
    return { ...parsed(text), Id: `${member}.${index + 1}` };
  });
}

function policiesFor(holder: IamUser | IamRole, input: Input, { world }: Context): Policies {
  const held = policiesHeld(world.stores, holder);
  const more = documentsOf(input.PolicyInputList, 'PolicyInputList');
  const boundaries = documentsOf(input.PermissionsBoundaryPolicyInputList, 'PermissionsBoundaryPolicyInputList');
  if (boundaries.length > 1) throw invalid('Only one permissions boundary can be given.');
  const [boundary] = boundaries;
  return { ...held, identityPolicies: [...held.identityPolicies, ...more], ...(boundary ? { boundary } : {}) };
}

const contextOf = ({ ContextEntries = [] }: Input): Record<string, ContextValue> =>
  Object.fromEntries(
    ContextEntries.map(({ ContextKeyName = '', ContextKeyValues: values = [] }) => [ContextKeyName, values]),
  );

const verdictOf = ({ decision }: Simulation): Verdict => {
  if (decision.effect === 'allow') return 'allowed';
  return decision.reason === 'explicit' ? 'explicitDeny' : 'implicitDeny';
};

function sourceOf(holder: IamUser | IamRole, { policy = '' }: DecidingStatement): IAM.Statement {
  const type = holder.arn.includes(':role/') ? 'role' : 'user';
  if (policy.startsWith('arn:aws:iam::aws:'))
    return { SourcePolicyId: nameOf(policy), SourcePolicyType: 'aws-managed' };
  if (policy.startsWith('arn:')) return { SourcePolicyId: nameOf(policy), SourcePolicyType: 'user-managed' };
  if (/InputList\.\d+$/.test(policy)) return { SourcePolicyId: policy, SourcePolicyType: 'none' };
  return { SourcePolicyId: `${type}_${holder.name}_${policy}`, SourcePolicyType: type };
}

const nameOf = (arn: string) => arn.split('/').at(-1) ?? arn;

const shared = (holder: IamUser | IamRole, { statements, missingKeys, withinBoundary }: Simulation) => {
  const sources = statements.map((each) => sourceOf(holder, each));
  return {
    MatchedStatements: [...new Map(sources.map((each) => [JSON.stringify(each), each])).values()],
    MissingContextValues: [...new Set(missingKeys)].toSorted(),
    ...(withinBoundary === undefined
      ? {}
      : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: withinBoundary } }),
  };
};

/** One result per action and resource. */
function simulation(input: Input, context: Context): IAM.EvaluationResult[] {
  const holder = holderOf(context, input.PolicySourceArn);
  const principal = principalOf(context, input.CallerArn === undefined ? holder : holderOf(context, input.CallerArn));
  const policies = policiesFor(holder, input, context);
  const keys = contextOf(input);
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  return (input.ActionNames ?? []).flatMap((action) =>
    resources.map((resource) => {
      const simulated = simulate({ principal, action, resource, context: keys }, policies);
      const [EvalDecision, rest] = [verdictOf(simulated), shared(holder, simulated)];
      const specific = { EvalResourceName: resource, EvalResourceDecision: EvalDecision, ...rest };
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision,
        ...rest,
        ...(resource === '*' ? {} : { ResourceSpecificResults: [specific] }),
      };
    }),
  );
}

/** @throws AwsError InvalidInput */
function checkNames({ ActionNames = [], ResourceArns = [] }: Input): void {
  const action = ActionNames.find((name) => !/^[\w-]+:\w+$/.test(name));
  if (action !== undefined)
    throw invalid(`Invalid action name ${action}: it must be service:Operation without wildcards.`);
  const resource = ResourceArns.find((arn) => arn !== '*' && !/^arn:[^:]*:[^:]+:/.test(arn));
  if (resource !== undefined) throw invalid(`Invalid resource ARN: ${resource}`);
}

export const simulationOperations: ServiceParts<typeof IAM> = {
  handlers: {
    SimulatePrincipalPolicy(input, context) {
      checkNames(input);
      const { items, tail } = iamPage(simulation(input, context), input);
      return { EvaluationResults: items, ...tail };
    },
  },
  rules: {
    SimulatePrincipalPolicy: {
      resources: ({ PolicySourceArn = '*' }) => [PolicySourceArn],
      accepts:
        'PolicySourceArn CallerArn ActionNames ResourceArns PolicyInputList PermissionsBoundaryPolicyInputList ContextEntries MaxItems Marker',
    },
  },
};

import type { KubeObject } from '../objects/index.ts';
import { type Access, authorize, rulesOf } from './authorize.ts';
import { type Credentials, tokenUser } from './authenticate.ts';
import { authenticatedGroup, type User } from './user.ts';

export interface ReviewContext {
  credentials: Credentials;
  user: User;
  namespace?: string | undefined;
}

type Review = (spec: Spec, context: ReviewContext) => object | Promise<object>;

interface Spec {
  token?: string;
  audiences?: string[];
  user?: string;
  groups?: string[];
  namespace?: string;
  resourceAttributes?: {
    namespace?: string;
    verb?: string;
    group?: string;
    resource?: string;
    subresource?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
}

const reviews: Readonly<Record<string, Review>> = {
  selfsubjectreviews: (_spec, { user }) => ({ userInfo: infoOf(user) }),
  selfsubjectaccessreviews: (spec, { credentials, user }) => decide(spec, user, credentials),
  subjectaccessreviews: (spec, { credentials }) => decide(spec, subjectOf(spec), credentials),
  localsubjectaccessreviews: (spec, { credentials }) => decide(spec, subjectOf(spec), credentials),
  selfsubjectrulesreviews: reviewRules,
  tokenreviews: reviewToken,
};

/** Answers a review; `resource` is one of the create-only kinds of the authentication and authorization groups. */
export async function answerReview(resource: string, object: KubeObject, context: ReviewContext): Promise<KubeObject> {
  const review = reviews[resource];
  if (!review) throw new Error(`${resource} is not a review`);
  const status = await review((object['spec'] ?? {}) as Spec, context);
  return { ...object, status };
}

/** As others may see it. */
const infoOf = ({ roles: _roles, ...info }: User): object => info;

const subjectOf = ({ user = '', groups = [] }: Spec): User => ({ username: user, groups });

function decide(spec: Spec, user: User, { store }: Credentials): object {
  const { allowed, reason } = authorize(store, user, accessOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function accessOf({ resourceAttributes, nonResourceAttributes }: Spec): Access {
  if (!resourceAttributes) {
    return { kind: 'path', verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  }
  const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes;
  return { kind: 'resource', verb, group, resource, subresource, namespace, name };
}

function reviewRules({ namespace }: Spec, { credentials, user }: ReviewContext): object {
  const rules = rulesOf(credentials.store, user, namespace);
  return {
    resourceRules: rules.filter(({ resources }) => resources),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs),
    incomplete: false,
  };
}

async function reviewToken({ token = '', audiences = [] }: Spec, { credentials }: ReviewContext): Promise<object> {
  const [audience] = audiences;
  const user = await tokenUser(token, credentials, audience);
  if (!user) return { authenticated: false, error: 'the token is not valid for this cluster and these audiences' };
  const groups = user.groups.includes(authenticatedGroup) ? user.groups : [...user.groups, authenticatedGroup];
  return { authenticated: true, user: { ...infoOf(user), groups }, ...(audience ? { audiences: [audience] } : {}) };
}

import { RequestContext } from './context.ts';
import type { PolicyDocument } from './document.ts';
import { type Grant, grantOf, grants } from './principal.ts';
import { type AccessRequest, isAwsPrincipal, ownerOf, principalName } from './request.ts';
import { type Applicable, applicable, missingKeys } from './statement.ts';

export interface Policies {
  identityPolicies: readonly PolicyDocument[];
  /** The resource's own policy: a role's trust policy, a bucket policy. */
  resourcePolicy?: PolicyDocument | undefined;
  /** Given when the session was made: they only narrow. */
  sessionPolicies?: readonly PolicyDocument[] | undefined;
  /** Permissions boundary of the user or role: it only narrows. */
  boundary?: PolicyDocument | undefined;
}

export type PolicyKind = 'identity-based policy' | 'resource-based policy' | 'session policy' | 'permissions boundary';

/** The statement that decided. */
export interface DecidingStatement {
  kind: PolicyKind;
  /** The document's Id, when it has one. */
  policy?: string;
  /** Sid, or `statement N`. */
  statement: string;
}

export type DenyReason = 'explicit' | 'implicit' | 'resource-policy-missing' | 'session-policy' | 'boundary';

export type Decision =
  | { effect: 'allow'; by: DecidingStatement }
  | { effect: 'deny'; reason: DenyReason; by?: DecidingStatement; message: string };

/** Actions on roles, for which the trust policy must agree also within the account. */
const trustActions = new Set([
  'sts:assumerole',
  'sts:assumerolewithwebidentity',
  'sts:tagsession',
  'sts:setsourceidentity',
]);

interface Match extends Applicable {
  by: DecidingStatement;
}

/**
 * IAM's decision: an explicit deny anywhere wins; a session policy or a boundary must allow too; across accounts both
 * the caller's identity policies and the resource's policy must allow; within one account either is enough, except
 * that a role's trust policy must always allow, and that one which names the account only delegates to the identity
 * policies. Services and federated identities have no identity policies.
 */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  return new Evaluation(request, policies).decision();
}

/** What a simulation tells beside the decision. */
export interface Simulation {
  decision: Decision;
  /** Every statement that led to it: denials alone where there is one, else what allows. */
  statements: readonly DecidingStatement[];
  /** Condition keys of statements on this action and resource that the request does not have. */
  missingKeys: readonly string[];
  /** Absent without a boundary. */
  withinBoundary?: boolean;
}

/**
 * Like `evaluate`, with everything that had a part in the decision. IAM's simulator does not look up what resources
 * themselves say: without a resource policy the identity policies decide alone, also across accounts.
 */
export function simulate(request: AccessRequest, policies: Policies): Simulation {
  return new Evaluation(request, policies).simulation();
}

class Evaluation {
  readonly #request: AccessRequest;
  readonly #policies: Policies;
  readonly #context: RequestContext;
  readonly #identity: readonly Match[];
  readonly #resource: readonly Match[];
  readonly #grant: Grant | undefined;

  constructor(request: AccessRequest, policies: Policies) {
    this.#request = request;
    this.#policies = policies;
    this.#context = new RequestContext(request);
    this.#identity = this.#matches('identity-based policy', policies.identityPolicies);
    this.#resource = this.#matches('resource-based policy', [policies.resourcePolicy]).filter(
      ({ statement }) => grantOf(statement, request.principal) !== undefined,
    );
    const granted = new Set(allows(this.#resource).map(({ statement }) => grantOf(statement, request.principal)));
    this.#grant = grants.find((grant) => granted.has(grant));
  }

  decision(): Decision {
    return this.explicitDeny() ?? this.narrowed() ?? this.granted();
  }

  simulation(): Simulation {
    const { identityPolicies, resourcePolicy, boundary } = this.#policies;
    const decision = resourcePolicy ? this.decision() : this.#byIdentityAlone();
    const denying = denials([...this.#identity, ...this.#resource, ...this.#boundary()]);
    const allowing = decision.effect === 'allow' ? allows([...this.#identity, ...this.#resource]) : [];
    const documents = [...identityPolicies, resourcePolicy, boundary].filter((document) => document !== undefined);
    const missing = documents.flatMap((document) => missingKeys(document, this.#request, this.#context));
    return {
      decision,
      statements: (denying.length > 0 ? denying : allowing).map(({ by }) => by),
      missingKeys: [...new Set(missing)].toSorted(),
      ...(boundary ? { withinBoundary: this.#isWithinBoundary() } : {}),
    };
  }

  #byIdentityAlone(): Decision {
    const [first] = allows(this.#identity);
    return this.explicitDeny() ?? this.narrowed() ?? this.#decide(first, undefined, 'identity-based policy');
  }

  #isWithinBoundary(): boolean {
    const matches = this.#boundary();
    return allows(matches).length > 0 && denials(matches).length === 0;
  }

  explicitDeny(): Decision | undefined {
    const [found] = denials([...this.#identity, ...this.#resource, ...this.#session(), ...this.#boundary()]);
    if (!found) return undefined;
    return this.#deny('explicit', ` with an explicit deny in ${article(found.by.kind)}`, found.by);
  }

  /** A resource policy that names the session itself is not narrowed. */
  narrowed(): Decision | undefined {
    if (this.#grant === 'session') return undefined;
    if (this.#policies.sessionPolicies?.length && allows(this.#session()).length === 0) {
      return this.#deny('session-policy', this.#because('session policy'));
    }
    if (this.#policies.boundary && allows(this.#boundary()).length === 0) {
      return this.#deny('boundary', this.#because('permissions boundary'));
    }
    return undefined;
  }

  granted(): Decision {
    const { principal } = this.#request;
    const [byIdentity] = allows(this.#identity);
    const byResource = allows(this.#resource).find(({ statement }) => grantOf(statement, principal) === this.#grant);
    if (!isAwsPrincipal(principal)) return this.#decide(byResource, byResource, 'resource-based policy');
    const owner = ownerOf(this.#request);
    const foreign = owner !== undefined && owner !== principal.account;
    if (!byResource && (foreign || this.#isTrust()))
      return this.#deny('resource-policy-missing', this.#because('resource-based policy'));
    const delegated = foreign || this.#grant === 'account';
    return this.#decide(byIdentity, delegated ? undefined : byResource, 'identity-based policy');
  }

  #decide(first: Match | undefined, second: Match | undefined, missing: PolicyKind): Decision {
    const by = first?.by ?? second?.by;
    return by ? { effect: 'allow', by } : this.#deny('implicit', this.#because(missing));
  }

  #isTrust(): boolean {
    return trustActions.has(this.#request.action.toLowerCase());
  }

  #session = () => this.#matches('session policy', this.#policies.sessionPolicies ?? []);
  #boundary = () => this.#matches('permissions boundary', [this.#policies.boundary]);

  #matches(kind: PolicyKind, documents: readonly (PolicyDocument | undefined)[]): Match[] {
    return documents
      .filter((document) => document !== undefined)
      .flatMap((document) =>
        applicable(document, this.#request, this.#context).map((found) => {
          const named = document.Id === undefined ? {} : { policy: document.Id };
          return { ...found, by: { kind, ...named, statement: found.name } };
        }),
      );
  }

  /** STS does not say which side refused, nor whether the role exists. */
  #because(kind: PolicyKind): string {
    return this.#isTrust() ? '' : ` because no ${kind} allows the ${this.#request.action} action`;
  }

  #deny(reason: DenyReason, why: string, by?: DecidingStatement): Decision {
    const { principal, action, resource } = this.#request;
    const message = `User: ${principalName(principal)} is not authorized to perform: ${action} on resource: ${resource}${why}`;
    return { effect: 'deny', reason, ...(by ? { by } : {}), message };
  }
}

const allows = (matches: readonly Match[]) => matches.filter(({ statement }) => statement.Effect === 'Allow');
const denials = (matches: readonly Match[]) => matches.filter(({ statement }) => statement.Effect === 'Deny');
const article = (kind: PolicyKind) => (kind === 'identity-based policy' ? `an ${kind}` : `a ${kind}`);

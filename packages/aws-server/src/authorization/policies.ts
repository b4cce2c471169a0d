import type { Policies, PolicyDocument } from '@meshbed/policy/iam';
import type { RoleSession, Stores, User } from '../accounts/index.ts';
import { policyDocument } from '../iam/documents.ts';
import { roleByArn } from '../iam/roles.ts';
import { type IamRole, IamState, type PolicyHolder } from '../iam/state.ts';

/** Everything that decides what a user or a role's session may do, as it is now. */
export function policiesOf(stores: Stores, principal: User | RoleSession): Policies {
  const holder = holderOf(stores, principal);
  const sessionPolicies = principal.kind === 'role-session' ? principal.sessionPolicies : [];
  return {
    identityPolicies: holder ? identityPolicies(stores, inForce(holder)) : [],
    sessionPolicies: sessionPolicies.map(parsed),
    ...(holder ? boundaryOf(stores, holder) : {}),
  };
}

/** What a user or role has, whether the rest of AWS knows of it yet or not. */
export const policiesHeld = (stores: Stores, holder: PolicyHolder | IamRole): Policies => ({
  identityPolicies: identityPolicies(stores, holder),
  ...boundaryOf(stores, holder),
});

function boundaryOf(stores: Stores, holder: PolicyHolder | IamRole): Pick<Policies, 'boundary'> {
  const arn = 'permissionsBoundary' in holder ? holder.permissionsBoundary : undefined;
  const document = arn === undefined ? undefined : policyDocument(stores, arn);
  return arn === undefined || document === undefined ? {} : { boundary: { ...parsed(document), Id: arn } };
}

function holderOf(stores: Stores, principal: User | RoleSession): PolicyHolder | IamRole | undefined {
  if (principal.kind === 'user') return stores.of(IamState, principal.account).users.get(principal.name);
  const role = roleByArn(stores, principal.roleArn);
  return role?.id === principal.roleId ? role : undefined;
}

type Holding = Pick<PolicyHolder, 'inlinePolicies' | 'attachedPolicies'>;

const nothing: Holding = { inlinePolicies: new Map(), attachedPolicies: new Set() };

/** Of a role what AWS knows by now. */
const inForce = (holder: PolicyHolder | IamRole): Holding =>
  'trustPolicy' in holder ? (holder.known ?? nothing) : holder;

/** Decisions name the document by its Id. */
function identityPolicies(stores: Stores, { inlinePolicies, attachedPolicies }: Holding): PolicyDocument[] {
  const attached = [...attachedPolicies].flatMap((arn) => {
    const document = policyDocument(stores, arn);
    return document === undefined ? [] : [{ ...parsed(document), Id: arn }];
  });
  return [...[...inlinePolicies].map(([name, document]) => ({ ...parsed(document), Id: name })), ...attached];
}

const cache = new Map<string, PolicyDocument>();
const cacheSize = 1000;

/** Documents were checked when they were saved. */
export function parsed(document: string): PolicyDocument {
  const found = cache.get(document) ?? (JSON.parse(document) as PolicyDocument);
  cache.set(document, found);
  const oldest = cache.keys().next().value;
  if (cache.size > cacheSize && oldest !== undefined) cache.delete(oldest);
  return found;
}

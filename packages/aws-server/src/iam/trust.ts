import type { World } from '../context.ts';
import { fail } from './errors.ts';
import { holderById, roleByArn } from './roles.ts';
import { IamState } from './state.ts';
import { checkTrustPolicy } from './validate.ts';

type Principals = '*' | Record<string, string | string[]>;
interface Statement {
  Principal?: Principals;
  NotPrincipal?: Principals;
}
interface TrustDocument {
  Statement: Statement | Statement[];
}

/**
 * A trust policy as IAM keeps it: users and roles by their unique id. A role deleted and made again has another id, so
 * a policy that named the old one no longer admits it until it is saved again.
 * @throws AwsError MalformedPolicyDocument, also for a principal that does not exist.
 */
export function storeTrust(world: World, document: string | undefined): string {
  const text = document ?? '';
  checkTrustPolicy(text);
  return mapAwsPrincipals(text, (principal) => storedPrincipal(world, principal));
}

/** The document as callers see it and as it is evaluated: ids of what exists as ARNs again. */
export function shownTrust(world: World, stored: string): string {
  return mapAwsPrincipals(stored, (principal) => holderById(world.stores, principal)?.arn ?? principal);
}

function mapAwsPrincipals(document: string, map: (principal: string) => string): string {
  const parsed = JSON.parse(document) as TrustDocument;
  for (const statement of [parsed.Statement].flat()) {
    for (const principals of [statement.Principal, statement.NotPrincipal]) {
      if (principals === undefined || typeof principals === 'string') continue;
      const named = principals['AWS'];
      if (named === undefined) continue;
      principals['AWS'] = typeof named === 'string' ? map(named) : named.map(map);
    }
  }
  return JSON.stringify(parsed);
}

function storedPrincipal(world: World, principal: string): string {
  if (principal === '*') return principal;
  if (/^\d{12}$/.test(principal)) return storedPrincipal(world, `arn:aws:iam::${principal}:root`);
  const [, account = '', resource = ''] = /^arn:aws:iam::(\d{12}):(.+)$/.exec(principal) ?? [];
  if (world.accountIds.has(account)) {
    if (resource === 'root') return principal;
    const found = resource.startsWith('role/')
      ? roleByArn(world.stores, principal)
      : userByArn(world, account, principal);
    if (found) return found.id;
  }
  if (/^arn:aws:sts::\d{12}:assumed-role\/[^/]+\/[^/]+$/.test(principal)) return principal;
  throw fail('MalformedPolicyDocumentException', `Invalid principal in policy: "AWS":"${principal}"`);
}

const userByArn = ({ stores }: World, account: string, arn: string) =>
  [...stores.of(IamState, account).users.values()].find((user) => user.arn === arn);

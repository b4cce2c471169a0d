import { parsePolicyDocument } from '@meshbed/policy/iam';
import type { World } from '../context.ts';
import { fail } from './errors.ts';
import { holderById, roleByArn } from './roles.ts';
import { IamState, type PolicyHolder } from './state.ts';

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
  const principalExists = (arn: string) => exists(world, arn);
  const validation = parsePolicyDocument(document ?? '', { kind: 'trust', principalExists });
  if (!validation.valid) throw fail('MalformedPolicyDocumentException', validation.message);
  return mapAwsPrincipals(document ?? '', (principal) => holderByArn(world, principal)?.id ?? rootOf(principal));
}

/** An account's number stands for its root. */
const rootOf = (principal: string) => (/^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal);

/** Sessions come and go: IAM only looks at their form. */
function exists(world: World, arn: string): boolean {
  if (arn.includes(':assumed-role/')) return true;
  return arn.endsWith(':root') ? world.accountIds.has(arn.split(':')[4] ?? '') : holderByArn(world, arn) !== undefined;
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

/** The user or role with that ARN, unless it is too new to be known here. */
function holderByArn({ stores }: World, arn: string): PolicyHolder | undefined {
  const account = arn.split(':')[4] ?? '';
  const role = roleByArn(stores, arn);
  return (role?.known && role) ?? [...stores.of(IamState, account).users.values()].find((user) => user.arn === arn);
}

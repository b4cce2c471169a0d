/** Policy documents as IAM's JSON has them. */

export type OneOrMore<T> = T | readonly T[];

export interface PolicyDocument {
  Version?: string;
  /** Not interpreted by IAM; here it names the policy in decisions. */
  Id?: string;
  Statement: OneOrMore<Statement>;
}

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: OneOrMore<string>;
  NotAction?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  NotResource?: OneOrMore<string>;
  Principal?: Principal;
  NotPrincipal?: Principal;
  Condition?: ConditionBlock;
}

export type PrincipalKind = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';
export type Principal = '*' | { readonly [kind in PrincipalKind]?: OneOrMore<string> };

/** Operator → key → values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>>;

export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** How decisions name a statement: its Sid, or its place. */
export function statementName({ Sid }: Statement, index: number): string {
  return Sid ?? `statement ${index + 1}`;
}

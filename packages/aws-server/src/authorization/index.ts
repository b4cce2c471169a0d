export { assumeRoleAsService, type ServiceAssumption } from './assume-role.ts';
export { accessDenied, authorizer } from './authorize.ts';
export { passRole } from './pass-role.ts';
export type { Check, ContextKeys, Rule } from './rule.ts';

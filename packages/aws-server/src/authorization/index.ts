export { passRole } from './pass-role.ts';
export type { Check, ContextKeys, Rule } from './rule.ts';

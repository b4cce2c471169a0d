/** IAM's decisions: policies in, decision with reason out. */
export * from './document.ts';
export {
  type Decision,
  type DecidingStatement,
  type DenyReason,
  evaluate,
  type Policies,
  type PolicyKind,
  simulate,
  type Simulation,
} from './evaluate.ts';
export {
  type AccessRequest,
  type AwsPrincipal,
  type ContextValue,
  identityArn,
  type RequestPrincipal,
} from './request.ts';
export { parsePolicyDocument, type Validation, type ValidationOptions } from './validate.ts';

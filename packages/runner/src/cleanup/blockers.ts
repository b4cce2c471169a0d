import { errorCode, isNotFound } from '@meshbed/clients/aws';
import { MeshbedError, findCause, messageOf } from '@meshbed/core';

interface Blocker {
  code: RegExp;
  message?: RegExp;
  why: string;
}

/** Refusals that end by themselves, because what blocks is on its way out. Everything else is final. */
const blockers: readonly Blocker[] = [
  {
    code: /^DependencyViolation$/,
    why: 'something in it is still going away; also answered up to a minute after that',
  },
  { code: /^InvalidIPAddress\.InUse$|^AuthFailure$/, message: /address|release|use/i, why: 'the NAT gateway holds it' },
  { code: /^Gateway\.NotAttached$|^IncorrectState$|^InvalidStateTransition$/, why: 'somebody else was faster' },
  { code: /^InvalidParameterValue$|^InvalidNetworkInterface\.InUse$/, message: /in use/i, why: 'its owner holds it' },
  { code: /^ResourceInUse(Exception)?$/, why: 'an operation on it, or something in it, is still running' },
  { code: /^DeleteConflict(Exception)?$|^ConcurrentModification/, why: 'IAM has not seen the detachment everywhere' },
  { code: /^ClusterContains\w+Exception$|^UpdateInProgressException$/, why: 'its tasks are still being stopped' },
  {
    code: /^InvalidParameterException$|^InvalidRequestException$/,
    message: /in progress|not ACTIVE/i,
    why: 'it changes',
  },
  { code: /^OperationAbortedException$/, why: 'two requests met' },
  { code: /^OperationNotAllowed$|^ResourceGroupBeingDeleted$/, why: 'Azure does one thing at a time with it' },
];

export function isBlocked(error: unknown): boolean {
  const root = awsErrorIn(error);
  return blockers.some(({ code, message }) => code.test(errorCode(root)) && (message?.test(messageOf(root)) ?? true));
}

/** Whether the error says that there is nothing to delete any more. */
export function isGone(error: unknown): boolean {
  const root = awsErrorIn(error);
  if (isNotFound(root)) return true;
  return errorCode(root) === 'ClientException' && /unable to describe task definition/i.test(messageOf(root));
}

const awsErrorIn = (error: unknown) => findCause(error, MeshbedError)?.cause ?? error;

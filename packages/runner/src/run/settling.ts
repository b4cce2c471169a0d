import { errorCode } from '@meshbed/clients/aws';
import { messageOf } from '@meshbed/core';

interface Settling {
  code: RegExp;
  message: RegExp;
  why: string;
}

/** Errors that pass by themselves: clouds are consistent only eventually. Everything else is final. */
const settling: readonly Settling[] = [
  {
    code: /^MalformedPolicyDocument$/,
    message: /invalid principal/i,
    why: 'a trust policy names a role that is seconds old',
  },
  { code: /^Invalid\w+ID?\.NotFound$/i, message: /./, why: 'EC2 does not show a new object to all its parts at once' },
  {
    code: /^InvalidParameterException$|^InvalidRequestException$/,
    message:
      /role.*does not exist|error in role params|could not be assumed|managed policies associated|role's policy must include/i,
    why: 'EKS does not see a new role yet',
  },
  {
    code: /^InvalidParameterException$|^ClientException$/,
    message: /unable to assume|still draining/i,
    why: 'ECS does not see a new role yet, or the service of this name is still going away',
  },
  {
    code: /^ResourceInUseException$/,
    message: /in progress|being deleted/i,
    why: 'an operation on the object is running',
  },
  {
    code: /^OperationNotAllowed$|^ResourceGroupBeingDeleted$|^AnotherOperationInProgress$/,
    message: /in progress|deprovisioning/i,
    why: 'Azure does one thing at a time with a cluster or a group',
  },
];

export function isSettling(error: unknown): boolean {
  return settling.some(({ code, message }) => code.test(errorCode(error)) && message.test(messageOf(error)));
}

import { AwsError } from '../errors.ts';
import type { Protocol } from '../wire/index.ts';

export type AuthenticationProblem =
  | 'missing-token'
  | 'incomplete'
  | 'unknown-key'
  | 'wrong-signature'
  | 'outside-time-window'
  | 'session-expired';

type Answer = readonly [name: string, status: number, message?: string];

const messages: Record<AuthenticationProblem, string> = {
  'missing-token': 'Request is missing Authentication Token',
  incomplete: 'Authorization header requires existence of either a valid signature, credential and timestamp.',
  'unknown-key': 'The security token included in the request is invalid.',
  'wrong-signature':
    'The request signature we calculated does not match the signature you provided. ' +
    'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  'outside-time-window': 'Signature expired',
  'session-expired': 'The security token included in the request is expired',
};

const ec2Credentials = 'AWS was not able to validate the provided access credentials';

const restAndJson = (status: number): Record<AuthenticationProblem, Answer> => ({
  'missing-token': ['MissingAuthenticationTokenException', status, 'Missing Authentication Token'],
  incomplete: ['IncompleteSignatureException', status],
  'unknown-key': ['UnrecognizedClientException', status],
  'wrong-signature': ['InvalidSignatureException', status],
  'outside-time-window': ['InvalidSignatureException', status],
  'session-expired': ['ExpiredTokenException', status],
});

/** The same problem has another name in each protocol; EC2 tells least about it. */
const answers: Record<Protocol, Record<AuthenticationProblem, Answer>> = {
  ec2: {
    'missing-token': ['MissingParameter', 400, 'The request must contain the parameter AWSAccessKeyId'],
    incomplete: ['AuthFailure', 401, ec2Credentials],
    'unknown-key': ['AuthFailure', 401, ec2Credentials],
    'wrong-signature': ['AuthFailure', 401, ec2Credentials],
    'outside-time-window': ['RequestExpired', 400, 'Request has expired.'],
    'session-expired': ['RequestExpired', 400, 'Request has expired.'],
  },
  query: {
    'missing-token': ['MissingAuthenticationToken', 403],
    incomplete: ['IncompleteSignature', 400],
    'unknown-key': ['InvalidClientTokenId', 403],
    'wrong-signature': ['SignatureDoesNotMatch', 403],
    'outside-time-window': ['SignatureDoesNotMatch', 403],
    'session-expired': ['ExpiredToken', 403],
  },
  json: restAndJson(400),
  rest: restAndJson(403),
};

/** AWS's error for a request that could not be authenticated. `detail` completes the message. */
export function authenticationError(protocol: Protocol, problem: AuthenticationProblem, detail = ''): AwsError {
  const [name, status, message = messages[problem]] = answers[protocol][problem];
  return new AwsError(name, protocol === 'ec2' ? message : message + detail, { status });
}

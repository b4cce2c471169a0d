import { messageOf } from '@meshbed/core';
import { ArmError } from '../errors.ts';
import type { World } from '../world.ts';
import type { Answer, Request } from './call.ts';

/** What goes back: errors in the Resource Manager's shape, and the ids that tools print. */
export async function respond(
  world: World,
  request: Request,
  handle: () => Promise<Answer>,
): Promise<Required<Answer>> {
  const answer = await handle().catch((error: unknown) => failure(world, error));
  const { status, body, headers = {} } = answer;
  const requestId = world.ids.uuid();
  const clientId = request.headers['x-ms-client-request-id'];
  world.log.write('azure', `${request.method} ${request.path}`, {
    status,
    command: request.headers['commandname'] ?? request.headers['user-agent'] ?? '',
  });
  return {
    status,
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      'x-ms-request-id': requestId,
      'x-ms-correlation-request-id': requestId,
      'x-ms-routing-request-id': `SANDBOX:${requestId}`,
      ...(typeof clientId === 'string' ? { 'x-ms-client-request-id': clientId } : {}),
      ...headers,
    },
  };
}

function failure({ log }: World, error: unknown): Answer {
  if (!(error instanceof ArmError)) log.write('azure', 'bug', { message: messageOf(error) });
  const known = error instanceof ArmError ? error : new ArmError(500, 'InternalServerError', messageOf(error));
  const { status, code, message, headers } = known;
  const cause = status === 404 ? { 'x-ms-failure-cause': 'gateway' } : {};
  return { status, body: { error: { code, message } }, headers: { ...headers, ...cause } };
}

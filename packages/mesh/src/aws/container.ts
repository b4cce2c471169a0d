import { MeshbedError, type ProgramContext } from '@meshbed/core';
import { exchange } from '../http/request.ts';
import { type CredentialsSource, parseContainerCredentials } from './credentials.ts';

const taskCredentials = 'http://169.254.170.2';

/**
 * Credentials of the container that a program runs in: the task role of an ECS task
 * (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`), or the role of an EKS Pod Identity association
 * (`AWS_CONTAINER_CREDENTIALS_FULL_URI` with a projected token).
 * @throws MeshbedError when called and the container has none, or the endpoint refuses.
 */
export const containerCredentials =
  (context: ProgramContext): CredentialsSource =>
  async () => {
    const { network, signal } = context;
    const endpoint = endpointOf(context);
    const connect = (host: string, port: number) => network.connect(host, port, { signal });
    const { status, body } = await exchange(connect, { method: 'GET', ...endpoint, signal });
    if (status === 200) return parseContainerCredentials(body);
    throw new MeshbedError('cloud/no-credentials', `${endpoint.url.href} answered ${status}: ${body.slice(0, 300)}`, {
      likely: 'the role does not trust the service that hands out credentials, or the association is gone',
    });
  };

function endpointOf(context: ProgramContext): { url: URL; headers: Record<string, string> } {
  const { env } = context;
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  if (relative !== undefined) return { url: new URL(relative, taskCredentials), headers: {} };
  const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (full === undefined) {
    throw new MeshbedError('environment/no-credentials', 'this container has no AWS credentials', {
      likely: 'no Pod Identity association existed for its service account when the pod was created',
      next: 'create the association, then restart the pod',
    });
  }
  const token = context.readFile(env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '')?.trim();
  return { url: new URL(full), headers: token === undefined ? {} : { authorization: token } };
}

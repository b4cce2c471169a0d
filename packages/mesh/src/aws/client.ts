import { type Clock, signBy } from '@meshbed/core';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Connect, PlainAgent, SecureAgent } from '@meshbed/kube-client/agents';
import { CachedCredentials, type CredentialsSource } from './credentials.ts';

type RequestHandler = Pick<NodeHttpHandler, 'handle' | 'destroy'>;

/** What every AWS client of a program is made with. */
export interface AwsAccess {
  region: string;
  /** Set in the sandbox; undefined is AWS itself. */
  endpoint: string | undefined;
  requestHandler: RequestHandler;
}

/** The SDK's own handler over the program's network. */
export const networkHandler = (connect: Connect): RequestHandler =>
  new NodeHttpHandler({
    httpAgent: new PlainAgent(connect),
    httpsAgent: new SecureAgent(connect),
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
  });

export const clientOptions = (
  { region, endpoint, requestHandler }: AwsAccess,
  credentials: CredentialsSource,
): {
  region: string;
  requestHandler: NodeHttpHandler;
  credentials: CredentialsSource;
  maxAttempts: number;
  endpoint?: string;
} => ({
  region,
  requestHandler: requestHandler as NodeHttpHandler,
  // Looks expired to the SDK, so that it asks every time: the source caches, by the program's clock.
  credentials: async () => ({ ...(await credentials()), expiration: new Date(0) }),
  maxAttempts: 2,
  ...(endpoint === undefined ? {} : { endpoint }),
});

export interface AssumeRoleOptions {
  access: AwsAccess;
  /** The caller's. */
  credentials: CredentialsSource;
  roleArn: string;
  sessionName: string;
  clock: Clock;
}

/** Credentials of another role, for an hour (the longest when roles are chained). @throws the SDK's errors, AccessDenied. */
export function assumedRole({
  access,
  credentials,
  roleArn,
  sessionName,
  clock,
}: AssumeRoleOptions): CachedCredentials {
  const client = signBy(clock, new STSClient(clientOptions(access, credentials)));
  const assume = async () => {
    const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 3600 });
    const { Credentials: given } = await client.send(command);
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
      ...(given?.Expiration ? { expiration: given.Expiration } : {}),
    };
  };
  return new CachedCredentials(assume, clock);
}

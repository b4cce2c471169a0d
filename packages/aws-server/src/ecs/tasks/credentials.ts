import type { Clock, Ids, LinkLocalService } from '@meshbed/core';
import type { SessionCredential } from '../../accounts/sessions.ts';

const ttlMs = 6 * 3_600_000;
/** SDKs ask again five minutes before the end: by then there must be a newer one. */
const renewBeforeMs = 15 * 60_000;

export interface CredentialsOptions {
  clock: Clock;
  ids: Ids;
  roleArn: string;
  /** New credentials of the task role, valid for `ttlMs`. */
  issue(ttlMs: number): SessionCredential;
}

/** The container credentials endpoint of one task: same credentials until shortly before they end. */
export function credentialsEndpoint(options: CredentialsOptions): { path: string; service: LinkLocalService } {
  const path = `/v2/credentials/${options.ids.uuid()}`;
  let current = options.issue(ttlMs);
  const service: LinkLocalService = async (request) => {
    if (request.method !== 'GET' || request.path !== path)
      return json(404, problem('InvalidIdInRequest', request.path));
    if (current.expiresAtMs - options.clock.now() < renewBeforeMs) {
      try {
        current = options.issue(ttlMs);
      } catch (error) {
        return json(500, problem('AssumeRoleFailed', (error as Error).message));
      }
    }
    return json(200, documentOf(options.roleArn, current));
  };
  return { path, service };
}

const problem = (code: string, detail: string) => ({
  code,
  message: `CredentialsV2Request: ${detail}`,
  HTTPErrorCode: 400,
});

const documentOf = (
  roleArn: string,
  { accessKeyId, secretAccessKey, sessionToken, expiresAtMs }: SessionCredential,
) => ({
  RoleArn: roleArn,
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretAccessKey,
  Token: sessionToken,
  Expiration: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
});

const json = (status: number, body: object) => ({
  status,
  body: JSON.stringify(body),
  contentType: 'application/json',
});

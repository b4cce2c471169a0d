import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { MeshbedError, type Clock } from '@meshbed/core';
import { publicEndpoint, type AzureAccess } from './access.ts';
import { Https } from './http.ts';

/** A service principal and where it logs in. */
export interface ServicePrincipal {
  /** `https://login.microsoftonline.com` */
  authority: string;
  tenant: string;
  clientId: string;
  /** A secret, or a token of another identity provider that Azure trusts for it. */
  proof: { secret: string } | { assertion: () => string };
  /** Default: the public cloud's Resource Manager. */
  audience?: string;
  ca?: string;
}

interface Token {
  value: string;
  expiresAtMs: number;
}

const earlyMs = 5 * 60_000;

/** One token until shortly before its end. Who asks at the same time shares the answer. */
function kept(clock: Clock, ask: () => Promise<Token>): AzureAccess['token'] {
  let current: Promise<Token> | undefined;
  let expiresAtMs = Number.POSITIVE_INFINITY;
  return async () => {
    if (clock.now() >= expiresAtMs - earlyMs) current = undefined;
    current ??= ask().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    const { value, expiresAtMs: end } = await current;
    expiresAtMs = end;
    return value;
  };
}

const bearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Tokens of a service principal (OAuth 2.0 client credentials). @throws MeshbedError `user/not-logged-in` */
export function servicePrincipalTokens(clock: Clock, principal: ServicePrincipal): AzureAccess['token'] {
  const { authority, tenant, clientId, proof, audience = publicEndpoint, ca } = principal;
  return kept(clock, async () => {
    using https = new Https(ca);
    const { status, body } = await https.call({
      method: 'POST',
      url: `${authority}/${tenant}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(
        new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          ...('secret' in proof
            ? { client_secret: proof.secret }
            : { client_assertion: proof.assertion(), client_assertion_type: bearer }),
          scope: `${audience}/.default`,
        }),
      ),
    });
    const answer = body as { access_token: string; expires_in: number; error_description?: string };
    if (status === 200)
      return { value: answer.access_token, expiresAtMs: clock.now() + Number(answer.expires_in) * 1000 };
    throw new MeshbedError('user/not-logged-in', `the service principal ${clientId} can't log in`, {
      object: `tenant ${tenant}`,
      likely: answer.error_description ?? `status ${status}`,
      next: 'set AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_TENANT_ID to one that can, or unset them and: az login',
    });
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Tokens of whoever is logged in with `az`. @throws MeshbedError `environment/az`, `user/not-logged-in` */
export function azTokens(
  clock: Clock,
  { subscription, audience, env }: { subscription: string; audience: string; env: Environment },
): AzureAccess['token'] {
  const args = ['account', 'get-access-token', '--subscription', subscription, '--resource', audience];
  return kept(clock, async () => {
    const { exitCode, stdout, stderr } = await az([...args, '--output', 'json'], env);
    if (exitCode !== 0) {
      throw new MeshbedError('user/not-logged-in', `az has no token for the subscription ${subscription}`, {
        object: subscription,
        likely: stderr.trim().split('\n')[0] ?? `exit code ${exitCode}`,
        next: 'az login',
      });
    }
    const answer = JSON.parse(stdout) as AzToken;
    return { value: answer.accessToken, expiresAtMs: endOf(answer, clock.now()) };
  });
}

interface AzToken {
  accessToken: string;
  /** Seconds; since az 2.54. */
  expires_on?: number;
  /** `2026-11-22 15:59:12.000000`, in local time. */
  expiresOn?: string;
}

/** One whose end can't be read is asked for again soon. */
function endOf({ expires_on: seconds, expiresOn = '' }: AzToken, nowMs: number): number {
  const endMs = seconds === undefined ? Date.parse(expiresOn.replace(' ', 'T')) : seconds * 1000;
  return Number.isNaN(endMs) ? nowMs + 2 * earlyMs : endMs;
}

async function az(args: readonly string[], env: Environment) {
  const child = spawn('az', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new MeshbedError('environment/az', 'the Azure CLI could not be started', {
          cause,
          next: 'install it: https://aka.ms/install-azure-cli',
        }),
      ),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

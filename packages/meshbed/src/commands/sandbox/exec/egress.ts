import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@meshbed/core';
import { gatewayApiDocument } from '@meshbed/runner/gateway-api';
import { type MirroredDocument, startEgress } from '@meshbed/sandbox/inside';

/** To the person who runs the command. */
export const say = (text: string): void => void process.stderr.write(`meshbed: ${text}\n`);

/** Says that the command tried to leave this machine. */
export const sayRefused = (place: string): void =>
  say(`refused a connection to ${place}, which is not in the sandbox; --allow-net permits it`);

/** What guides apply by its address, and the sandbox knows. */
const documents: readonly MirroredDocument[] = [
  {
    host: 'github.com',
    path: /^\/kubernetes-sigs\/gateway-api\/releases\/download\/v[\d.]+\/standard-install\.yaml$/,
    read(address) {
      say(`https://${address} is answered by the sandbox, with the kinds that the mesh uses`);
      return gatewayApiDocument();
    },
  },
];

/** Names of the variable that holds the certificates a program trusts: OpenSSL and Go, curl, Python, git, AWS, Node. */
const bundleNames = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'AWS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
];

/** Keeps commands on this machine, and says so when one tries to leave. */
export async function openEgress(
  directory: string,
): Promise<AsyncDisposable & { variables: Readonly<Record<string, string>> }> {
  const egress = await startEgress({
    documents,
    nowMs: systemClock.now(),
    refused: sayRefused,
  });
  const bundle = join(directory, `exec-${process.pid}.pem`);
  writeFileSync(bundle, readFileSync(join(directory, 'ca.pem'), 'utf8') + egress.caPem);
  return {
    variables: {
      ...egress.proxies,
      NODE_USE_ENV_PROXY: '1',
      ...Object.fromEntries(bundleNames.map((name) => [name, bundle])),
    },
    async [Symbol.asyncDispose]() {
      rmSync(bundle, { force: true });
      await egress[Symbol.asyncDispose]();
    },
  };
}

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { virtualClock } from '@meshbed/core';
import { expect, onTestFinished, test } from 'vitest';
import { azureAccessOf } from './login.ts';

/** An `az` on the PATH that prints how often it was asked, and when its token ends. */
function withAz(end: string) {
  const folder = mkdtempSync(join(tmpdir(), 'meshbed-az-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = `#!/bin/sh
echo "$@" >> ${folder}/asked
echo '{"accessToken":"'$(wc -l < ${folder}/asked | tr -d ' ')'",${end}}'
`;
  writeFileSync(join(folder, 'az'), script);
  chmodSync(join(folder, 'az'), 0o755);
  return { PATH: `${folder}${delimiter}${process.env['PATH']}` };
}

const startMs = new Date('2026-01-01T12:00:00').getTime();
const minutes = (count: number) => count * 60_000;

test.each([
  ['in seconds', `"expires_on":${startMs / 1000 + 3600}`],
  ['in local time, as az before 2.54', '"expiresOn":"2026-01-01 13:00:00.000000"'],
])('az: a token is kept until shortly before its end, %s', async (_, end) => {
  const clock = virtualClock(startMs);
  const { token } = azureAccessOf(clock, { subscription: 's', env: withAz(end) });
  expect([await token(), await token()]).toEqual(['1', '1']);
  await clock.advance(minutes(54));
  expect(await token()).toBe('1');
  await clock.advance(minutes(2));
  expect(await token()).toBe('2');
});

test.each([
  [{}, 'https://management.azure.com'],
  [
    { AZURE_RESOURCE_MANAGER_ENDPOINT: 'https://management.usgovcloudapi.net/' },
    'https://management.usgovcloudapi.net',
  ],
])('endpoint of %j', (env, endpoint) => {
  expect(azureAccessOf(virtualClock(), { subscription: 's', env }).endpoint).toBe(endpoint);
});

test('a service principal without tenant: says what is missing', () => {
  const env = { AZURE_CLIENT_ID: 'id', AZURE_CLIENT_SECRET: 'secret' };
  expect(() => azureAccessOf(virtualClock(), { subscription: 's', env })).toThrow(
    'the tenant of the service principal id',
  );
});

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectLoopback } from '@meshbed/core';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

// Alone in its file, hence in its worker: it counts the handles of the process.
const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Process|Pipe|Timeout/.test(kind)).length;

test('fifty at once: they see nothing of each other, and leave no handle, port, process or folder', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  const before = handles();
  const sandboxes = await Promise.all(Array.from({ length: 50 }, () => createSandbox({ port: 0, parent })));
  const urls = sandboxes.flatMap(({ aws, kube }) => [aws.url, kube.url]);
  expect(new Set(urls).size).toBe(100);
  await Promise.all(sandboxes.map((sandbox, at) => createVpcs(sandbox, at % 3)));
  expect(sandboxes.map(({ fabric }) => fabric.vpcs.size)).toEqual(sandboxes.map((_, at) => at % 3));
  expect(new Set(sandboxes.map(({ accounts }) => accounts.local.accessKeyId)).size).toBe(50);

  const [first, ...others] = sandboxes;
  await first?.[Symbol.asyncDispose]();
  expect(existsSync(first!.directory.path)).toBe(false);
  expect(others.map(({ directory }) => existsSync(directory.path))).not.toContain(false);
  await Promise.all(sandboxes.map((sandbox) => sandbox[Symbol.asyncDispose]())); // the first one a second time
  expect(readdirSync(parent)).toEqual([]);
  await expect.poll(handles).toBe(before);
  for (const url of urls)
    await expect(connectLoopback(Number(new URL(url).port))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  rmSync(parent, { recursive: true });
});

async function createVpcs({ aws, accounts }: Sandbox, count: number): Promise<void> {
  const { principal } = aws.world.credentials.find(accounts.local.accessKeyId)!;
  for (let at = 0; at < count; at++) await aws.invoke(principal, 'ec2', 'CreateVpc', { CidrBlock: `10.${at}.0.0/16` });
}

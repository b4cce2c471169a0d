import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualClock } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultConfiguration } from '../../configuration/index.ts';
import type { RunEvent } from '../../events.ts';
import { applying } from '../declared.ts';
import type { StepRun } from '../types.ts';
import { createCerts } from './index.ts';

const dayMs = 86_400_000;
let workDir: string;
beforeEach(() => (workDir = mkdtempSync(join(tmpdir(), 'meshbed-test-'))));
afterEach(() => rmSync(workDir, { recursive: true, force: true }));

const clock = virtualClock(Date.UTC(2026, 0, 1));

/** Runs the step; returns what it changed and everything it told. */
async function create(inDays = 0): Promise<{ changes: string[]; told: string }> {
  const events: RunEvent[] = [];
  const at = virtualClock(clock.now() + inDays * dayMs);
  const run = {
    clock: at,
    signal: new AbortController().signal,
    configuration: defaultConfiguration,
    target: { workDir },
    scenario: { kubernetes: ['eks', 'aks'] },
  } as unknown as StepRun;
  await createCerts.apply(applying({ step: 'create_certs', run, emit: (event) => events.push(event) }));
  const changes = events.flatMap((event) =>
    event.kind === 'resource-intended' ? `${event.change} ${event.name.split('/').at(-1)}` : [],
  );
  return { changes, told: JSON.stringify(events) };
}

const file = (name: string) => join(workDir, 'certificates', defaultConfiguration.clusterName, name);
const certificate = (name: string) => new X509Certificate(readFileSync(file(name)));
const years = ({ validFromDate, validToDate }: X509Certificate) =>
  Math.round((validToDate.getTime() - validFromDate.getTime()) / (365 * dayMs));

test('certificates: a root of RSA 4096 for ten years, an intermediate per cluster for five, keys for nobody else', async () => {
  const { told } = await create();
  const root = certificate('root-cert.pem');
  expect(root.publicKey.asymmetricKeyDetails?.modulusLength).toBe(4096);
  expect(years(root)).toBe(10);
  for (const cluster of ['eks', 'aks']) {
    const intermediate = certificate(`${cluster}/ca-cert.pem`);
    expect(intermediate.ca && intermediate.checkIssued(root) && intermediate.verify(root.publicKey)).toBe(true);
    expect(years(intermediate)).toBe(5);
  }
  for (const key of ['root-key.pem', 'eks/ca-key.pem', 'aks/ca-key.pem'])
    expect(statSync(file(key)).mode & 0o777).toBe(0o600);
  expect(told).not.toMatch(/BEGIN|PRIVATE/);
});

test('certificates: what fits is used again, what does not is replaced, whatever the reason', async () => {
  const name = defaultConfiguration.clusterName;
  expect((await create()).changes).toEqual([`create ${name}`, 'create eks', 'create aks']);
  expect((await create()).changes).toEqual([]);
  writeFileSync(file('eks/ca-key.pem'), readFileSync(file('aks/ca-key.pem')));
  expect((await create()).changes).toEqual(['update eks']);
  writeFileSync(file('aks/ca-cert.pem'), 'rubbish');
  chmodSync(file('aks/ca-key.pem'), 0o644);
  expect((await create()).changes).toEqual(['update aks']);
  expect(statSync(file('aks/ca-key.pem')).mode & 0o777).toBe(0o600);
  rmSync(file('root-key.pem')); // kept elsewhere
  expect((await create()).changes).toEqual([]);
  await expect(create(5 * 365 - 20)).rejects.toThrow('the private key of the root is not there');
  expect((await create(10 * 365 - 20)).changes).toEqual([`update ${name}`, 'update eks', 'update aks']);
});

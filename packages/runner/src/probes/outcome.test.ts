import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlScript, hostnameIn, outcomeOf } from './outcome.ts';

test.each([
  [0, 'body\nhttp-status=200\n', 'answered'],
  [28, 'http-status=000\ncurl: (28) Operation timed out after 5001 milliseconds with 0 bytes received', 'timeout'],
  [28, 'curl: (28) Connection timed out after 5001 milliseconds', 'timeout'],
  [56, 'curl: (56) Recv failure: Connection reset by peer', 'reset'],
  [56, 'curl: (56) Proxy CONNECT aborted', 'other'],
  [52, 'curl: (52) Empty reply from server', 'empty'],
  [6, 'curl: (6) Could not resolve host: x', 'unknown-host'],
  [7, 'curl: (7) Failed to connect to 127.0.0.1 port 15080 after 0 ms', 'proxy-down'],
  [7, 'curl: (7) Failed to connect to x port 8080: Connection refused', 'refused'],
  [97, "curl: (97) Can't complete SOCKS5 connection to x. (4)", 'unknown-host'],
  [97, "curl: (97) Can't complete SOCKS5 connection to x. (5)", 'refused'],
  [97, "curl: (97) Can't complete SOCKS5 connection to x. (2)", 'proxy-refused'],
  [97, 'curl: (97) connection to proxy closed', 'proxy-refused'],
  [127, 'sh: curl: not found', 'other'],
])('outcome: exit code %i, %s', (exitCode, output, kind) => {
  expect(outcomeOf(exitCode, output).kind).toBe(kind);
});

test('outcome: the body and the status of an answer', () => {
  expect(outcomeOf(0, '{"a":1}\n\nhttp-status=404\n')).toEqual({ kind: 'answered', status: 404, body: '{"a":1}' });
});

test('outcome: a real curl that finds nobody', () => {
  let failure = { status: 0, stdout: '' };
  try {
    execFileSync('sh', ['-c', curlScript('http://localhost:1/')], { encoding: 'utf8' });
  } catch (error) {
    failure = error as typeof failure;
  }
  expect(outcomeOf(failure.status, failure.stdout).kind).toBe('refused');
});

test.each([
  ['{"host":{"hostname":"asked.for"},"environment":{"HOSTNAME":"the-task"}}', 'the-task'],
  ['{"host":{"hostname":"ip-192-168-0-9.us-east-2.compute.internal"}}', 'ip-192-168-0-9.us-east-2.compute.internal'],
  ['ServiceVersion=\nServicePort=8080\nHostname=eks-echo-abc\n', 'eks-echo-abc'],
  ['{}', undefined],
  ['<html>', undefined],
])('hostname: %s', (body, expected) => {
  expect(hostnameIn(body)).toBe(expected);
});

import { expect, test } from 'vitest';
import { parseAccessLine, refusalOf } from './access-log.ts';

const head = '2026-01-01T00:00:00.000000Z\terror\taccess\tconnection complete\t';
const identities =
  'src.addr=192.168.3.4:40112 src.workload="shell" src.identity="spiffe://cluster.local/ns/a/sa/shell" dst.addr=192.168.0.9:15008 dst.hbone_addr=192.168.0.9:8080 dst.workload="echo" dst.identity="spiffe://cluster.local/ns/b/sa/echo" ';

test('access log: identities, direction and error of a refused connection', () => {
  const line = `${head}${identities}direction="inbound" bytes_sent=0 duration="1ms" error="connection closed due to policy rejection: explicitly denied by: b/deny"`;
  const record = parseAccessLine(line);
  expect(record).toEqual({
    line,
    direction: 'inbound',
    sourceIdentity: 'spiffe://cluster.local/ns/a/sa/shell',
    destinationIdentity: 'spiffe://cluster.local/ns/b/sa/echo',
    destinationWorkload: 'echo',
    destinationAddress: '192.168.0.9:15008',
    hboneAddress: '192.168.0.9:8080',
    error: 'connection closed due to policy rejection: explicitly denied by: b/deny',
  });
  expect(record && refusalOf(record)).toBe('explicitly denied by: b/deny');
});

test.each([
  [
    'connection closed due to policy rejection: allow policies exist, but none allowed',
    'allow policies exist, but none allowed',
  ],
  ['connection failed: deadline has elapsed', undefined],
  ['http status: 401 Unauthorized', undefined],
])('refusal: %s', (error, expected) => {
  const record = parseAccessLine(`${head}direction="inbound" error="${error}"`);
  expect(record && refusalOf(record)).toBe(expected);
});

test.each([
  ['another scope', '2026-01-01T00:00:00Z\tinfo\tproxy\tstarted\tport=15008'],
  ['no fields', head.trimEnd()],
  ['free text', 'hello'],
  ['no direction', `${head}src.addr=1.2.3.4:5`],
])('access log: %s is not a connection', (_name, line) => {
  expect(parseAccessLine(line)).toBeUndefined();
});

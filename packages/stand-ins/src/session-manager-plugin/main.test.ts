import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { main, sessionFrom } from './main.ts';

async function run(...argv: string[]) {
  let [out, error] = ['', ''];
  const code = await main(argv, {
    clock: virtualClock(),
    terminal: {
      write: (data) => void (out += data.toString()),
      size: () => ({ cols: 80, rows: 24 }),
      attach: () => ({ [Symbol.dispose]() {} }),
    },
    writeError: (text) => void (error += text),
  });
  return { code, out, error };
}

test('session-manager-plugin: without arguments it says that it is there, as the AWS CLI asks', async () => {
  expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('was installed successfully') });
  expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\n$/) });
});

test.each([
  ['{"sessionId":"s","streamUrl":"u","tokenValue":"t"}'],
  ['{"SessionId":"s","StreamUrl":"u","TokenValue":"t"}'],
])('session-manager-plugin: reads the session %s', (text) => {
  expect(sessionFrom(text)).toEqual({ sessionId: 's', streamUrl: 'u', tokenValue: 't' });
});

test.each([
  ['no JSON', ['hello', 'us-east-2', 'StartSession'], /no JSON/],
  ['a session without its token', ['{"sessionId":"s"}', 'us-east-2', 'StartSession'], /tokenValue/],
  ['another operation', ['{}', 'us-east-2', 'StartPortForwarding'], /StartPortForwarding is not supported/],
  [
    'a session that nobody serves',
    ['{"sessionId":"s","streamUrl":"ws://127.0.0.1:1","tokenValue":"t"}', 'us-east-2', 'StartSession'],
    /broke off/,
  ],
])('session-manager-plugin: refuses %s', async (_, argv, message) => {
  const { code, error } = await run(...argv);
  expect(code).toBe(1);
  expect(error).toMatch(message);
});

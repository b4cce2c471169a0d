import { execFile } from 'node:child_process';
import { connectLoopback, listenOnLoopback } from '@meshbed/core';
import type { ToolMachine } from '@meshbed/runner';

const endsWithinMs = 10_000;

/** This machine, as `doctor` asks it. Commands that hang are ended. */
export const thisToolMachine: ToolMachine = {
  nodeVersion: process.version,
  run: ([command = '', ...args]) =>
    new Promise((resolve) => {
      execFile(command, args, { timeout: endsWithinMs, encoding: 'utf8' }, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (!error) return resolve({ code: 0, output });
        if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(String(error.code))) return resolve(undefined);
        resolve({ code: typeof error.code === 'number' ? error.code : 1, output });
      });
    }),
  async listen() {
    await using listener = await listenOnLoopback((socket) => void socket.destroy());
    (await connectLoopback(listener.port)).destroy();
  },
};

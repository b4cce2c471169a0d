// Runs this command with the pinned Node, for a Node that does not strip types.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pinnedNode } from '../../../scripts/pinned-node.mjs';

// In a process group of its own, so that each signal arrives once: from here, not from the terminal as well.
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH'];

/** @returns the exit code */
export function handOver(script, args) {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(pinnedNode(), [script, ...args], { stdio, detached: true });
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

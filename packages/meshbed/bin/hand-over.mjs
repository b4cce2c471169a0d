// Runs this command with the pinned Node, for a Node that does not strip types.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pinnedNode } from '../../../scripts/pinned-node.mjs';

// In a process group of its own, so that each signal arrives once: from here, not from the terminal as well.
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH'];
// What runs in the foreground of a terminal must stay in its group to read from it, and hears of Ctrl-C from it.
const fromTerminal = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];

/** @returns the exit code */
export function handOver(script, args) {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const foreground = process.stdin.isTTY && args[0] === 'sandbox' && args[1] === 'exec';
  const child = spawn(pinnedNode(), [script, ...args], { stdio, detached: !foreground });
  for (const signal of new Set([...forwarded, ...fromTerminal])) {
    process.on(signal, () => (foreground && fromTerminal.includes(signal) ? undefined : child.kill(signal)));
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

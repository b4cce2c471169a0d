import { emptyRun, fold, type RunEvent, type RunState } from '@meshbed/runner/journal';
import { stepLine, testLine } from './frame.ts';
import type { View } from './index.ts';
import { paintFor } from './paint.ts';
import { summary } from './summary.ts';

/** One line per change, for pipes, CI and screen readers. Times come from the events. */
export function plainView(out: NodeJS.WritableStream, verbose: boolean): View {
  let state = emptyRun;
  let closed = false;
  return {
    show(event) {
      state = fold(state, event);
      const line = plainLine(state, event, verbose);
      if (line !== undefined) out.write(`${line}\n`);
    },
    close() {
      if (closed) return;
      closed = true;
      if (state.outcome !== 'running') out.write(summary(state, paintFor(out)));
    },
  };
}

/** The line for an event, after it was folded; undefined when it changes nothing that people follow. */
export function plainLine(state: RunState, event: RunEvent, verbose: boolean): string | undefined {
  const { atMs } = event;
  const at = `${((atMs - state.startedMs) / 1000).toFixed(1).padStart(7)} s`;
  switch (event.kind) {
    case 'run-started':
      return `Scenario ${event.scenario}: ${event.title} (${event.target}), ${event.steps.length} steps, ${event.tests.length} tests`;
    case 'resource-intended':
      return verbose ? `${at}      ${event.step}: ${event.change} ${event.resource} ${event.name}` : undefined;
    case 'step-started':
    case 'step-waiting':
    case 'step-ended': {
      const step = state.steps.get(event.step);
      return step && `${at}${firstLine(stepLine(step, atMs))}`;
    }
    case 'test-waiting':
    case 'test-ended': {
      const test = state.tests.get(event.test);
      return test && `${at}${firstLine(testLine(test, atMs))}`;
    }
    case 'resource-settled':
    case 'step-resumed':
    case 'milestone-reached':
    case 'version-observed':
    case 'test-started':
    case 'run-ended':
      return undefined;
  }
}

/** The whole of an error is in the summary. */
const firstLine = (text: string) => text.split('\n')[0] ?? '';

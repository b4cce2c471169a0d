import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type Outcome, tableOf } from './table.ts';

/** Prints the table when all cases have ended. */
export default class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const outcomes = modules.flatMap((module) => [...module.children.allTests()].map(outcomeOf));
    if (outcomes.length > 0) console.log(`\n${tableOf(outcomes)}\n`);
  }
}

/** Names are `client › area › what` between suites and tests. */
function outcomeOf(test: TestCase): Outcome {
  const [client = '', area = ''] = test.fullName.split(/ [>›] /);
  const { state } = test.result();
  return { client, area, state: state === 'pending' ? 'skipped' : state };
}

import type { TestRecord } from '../events.ts';
import type { RunContext } from '../run/context.ts';

/** A test that is being run. Passing means returning its record; failing means throwing. */
export interface TestContext extends RunContext {
  /** Shows what the test waits for. */
  readonly waiting: (reason: string) => void;
}

export type TestBody = (context: TestContext) => Promise<TestRecord>;

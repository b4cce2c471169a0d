import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
import type { Case } from './case.ts';
import { allCases } from './cases/index.ts';
import { Stage } from './stage/index.ts';

const { PATH = '' } = process.env;
const isCi = 'CI' in process.env;
const cases = await allCases(PATH);
const clients = [...new Set(cases.map(({ client }) => client))].map((client) => ({
  name: client.name,
  cases: cases.filter((each) => each.client === client),
}));
const found = new Map(await Promise.all(cases.map(async ({ client }) => [client, await client.find()] as const)));

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open(PATH);
});
afterAll(() => stage[Symbol.asyncDispose]());

describe.for(clients)('$name', (client) => {
  test.for(client.cases)('$area › $name', (each, context) => expectPass(each, context));
});

/** In CI a client that is not there is a failure: a skip that nobody sees would say that everything is tested. */
async function expectPass({ client, run }: Case, { skip }: TestContext): Promise<void> {
  const at = found.get(client);
  if (at) return run(stage, at);
  const missing = `${client.name} is not installed: ${client.install}`;
  if (isCi && client.inCi) throw new Error(missing);
  skip(missing);
}

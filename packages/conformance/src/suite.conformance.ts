import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allCases } from './cases/index.ts';
import type { Client } from './clients/client.ts';
import { Stage } from './stage/index.ts';

const { PATH = '' } = process.env;
const cases = await allCases(PATH);
const clients = new Set(cases.map(({ client }) => client));
const found = new Map(await Promise.all([...clients].map(async (client) => [client, await client.find()] as const)));
const isMissing = (client: Client) => found.get(client) === undefined;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open(PATH);
});
afterAll(() => stage[Symbol.asyncDispose]());

// In CI a client that is not there is a failure: a skip that nobody sees would say that everything is tested.
if ('CI' in process.env) {
  test.for([...clients].filter(({ inCi }) => inCi))('$name › installed', (client) => {
    expect(found.get(client), `${client.name} is missing: ${client.install}`).toBeDefined();
  });
}

for (const client of clients) {
  describe.skipIf(isMissing(client))(client.name, () => {
    for (const { area, name, run } of cases.filter((each) => each.client === client)) {
      test(`${area} › ${name}`, async () => {
        expect.hasAssertions();
        const at = found.get(client);
        if (at) await run(stage, at);
      });
    }
  });
}

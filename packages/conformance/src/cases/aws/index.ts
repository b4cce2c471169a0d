import type { Case } from '../../case.ts';
import { awsCli, cliRunner } from '../../clients/aws/cli.ts';
import { perform } from '../../clients/aws/perform.ts';
import { sdkClient, sdkRunner } from '../../clients/aws/sdk.ts';
import { commandLineCases } from './command-line.ts';
import { containerCases } from './containers.ts';
import { fuzzCases } from './fuzz.ts';
import { identityCases } from './identity.ts';
import { networkCases } from './network.ts';
import { stackCases } from './stacks.ts';
import { surroundingCases } from './surroundings.ts';
import type { AwsCase } from './types.ts';
import { variablesFor } from './variables.ts';

const shared: readonly AwsCase[] = [
  ...networkCases,
  ...identityCases,
  ...containerCases,
  ...stackCases,
  ...surroundingCases,
];

/** The AWS APIs: the same calls by the SDK and by the CLI, and what only one of them has. */
export const awsCases: readonly Case[] = [
  ...shared.map(
    ({ area, name, steps }) =>
      ({
        client: sdkClient,
        area,
        name,
        run: (stage, _found) => perform(sdkRunner(stage.sandbox), steps, variablesFor(stage, 'sdk')),
      }) satisfies Case,
  ),
  ...shared.map(
    ({ area, name, steps }) =>
      ({
        client: awsCli,
        area,
        name,
        run: (stage, { command }) => perform(cliRunner(stage, command), steps, variablesFor(stage, 'cli')),
      }) satisfies Case,
  ),
  ...commandLineCases,
  ...fuzzCases,
];

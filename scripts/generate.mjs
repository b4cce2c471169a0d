// Writes the documents that come from tables: settings, the control API, operations of the AWS APIs. `npm run check`
// fails when one is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import { awsCoverage } from './aws-coverage.mjs';
import { configurationSchema, reference } from '../packages/runner/src/configuration/index.ts';
import { openApi } from '../packages/sandbox/src/control/openapi.ts';
import { routes } from '../packages/sandbox/src/control/routes.ts';

/** File → what it has to say. */
export const generated = {
  'docs/aws-coverage.md': awsCoverage(),
  'docs/configuration.md': reference(),
  'docs/configuration.schema.json': `${JSON.stringify(configurationSchema(), null, 2)}\n`,
  'docs/sandbox-api.json': `${JSON.stringify(openApi(routes), null, 2)}\n`,
};

export const outdated = () => Object.keys(generated).filter((file) => textOf(file) !== generated[file]);

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) for (const file of outdated()) writeFileSync(file, generated[file]);

import { call, type CallResult } from '@meshbed/runner';
import { configurationFor } from '../../session/configuration.ts';
import { openEnvironment } from '../../session/environment.ts';
import { createInterrupt } from '../../session/interrupt.ts';
import { markOf, paintFor, type Paint } from '../../view/paint.ts';

export interface CallFlags extends Record<string, unknown> {
  from: string;
  data?: string;
  instance?: string;
  json?: boolean;
}

const refused = 4;

export async function callCommand(url: string, flags: CallFlags): Promise<void> {
  const environment = await openEnvironment({ loaded: configurationFor({ flags }), instance: flags.instance });
  using interrupt = createInterrupt();
  const { from, data } = flags;
  const asked = { from, url, ...(data === undefined ? {} : { data }) };
  const result = await call({ ...environment, ...asked, signal: interrupt.signal });
  if (flags.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else show(result);
  if (result.kind !== 'answered' || result.status >= 400) process.exitCode = refused;
}

/** What the service said goes to standard output, everything about it to standard error. */
function show(result: CallResult): void {
  if (result.kind === 'answered') process.stdout.write(`${result.body}\n`);
  process.stderr.write(callText(result, paintFor(process.stderr)));
}

export function callText(result: CallResult, paint: Paint): string {
  const lines = result.kind === 'answered' ? answered(result) : notAnswered(result);
  const { mark, tone } = markOf(result.kind === 'answered' && result.status < 400 ? 'passed' : 'failed');
  const [head = '', ...facts] = lines;
  return `${[paint(tone, `${mark} ${head}`), ...facts.map((fact) => `  ${fact}`)].join('\n')}\n`;
}

const answered = ({ caller, url, status }: Extract<CallResult, { kind: 'answered' }>) => [
  `${status} from ${url}`,
  `caller       ${caller}`,
];

function notAnswered({ caller, says, likely, refusal, cause }: Exclude<CallResult, { kind: 'answered' }>): string[] {
  const facts: [string, string | undefined][] = [
    ['caller', caller],
    ['refused by', refusal?.by],
    ['because', refusal?.reason],
    ['source', refusal?.sourceIdentity],
    ['destination', refusal?.destinationIdentity],
    ['object', cause && `${cause.object} in ${cause.account}`],
    ['likely', cause?.says ?? likely],
    ['next', cause?.fix[0]],
  ];
  return [says, ...facts.flatMap(([label, text]) => (text === undefined ? [] : [`${label.padEnd(12)} ${text}`]))];
}

import { readFileSync } from 'node:fs';
import { MeshbedError } from '@meshbed/core';
import type { Compared, Explanation, Mesh, Pair, Sources, WhatIf } from '@meshbed/runner/explain';
import { renderComparedMatrix, renderDifferences, renderMatrix } from '../explain/matrix.ts';
import { renderExplanation } from '../explain/render.ts';
import type { SourceFlags } from '../explain/sources.ts';
import { paintFor } from '../view/paint.ts';

export interface ExplainFlags extends SourceFlags {
  from?: string;
  to?: string;
  policies?: string;
  replace?: boolean;
  json?: boolean;
}

/** As if the mesh had refused a run: not allowed is an answer, but a script wants to see it at once. */
const notAllowed = 4;

export async function explainCommand(flags: ExplainFlags): Promise<void> {
  if (flags.replace && flags.policies === undefined) {
    const next = 'meshbed explain --policies FILE --replace';
    throw new MeshbedError('user/contradiction', '--replace needs the policies of a file', { next });
  }
  const [{ openSources }, runner] = await Promise.all([
    import('../explain/sources.ts'),
    import('@meshbed/runner/explain'),
  ]);
  using sources = await openSources(flags);
  const mesh = await runner.readMeshOf(sources);
  const asked: Asked = { flags, sources, mesh, runner };
  const pair = flags.from !== undefined && flags.to !== undefined ? { from: flags.from, to: flags.to } : undefined;
  const answer = pair ? await ofPair(asked, pair) : ofMatrix(asked);
  process.stdout.write(flags.json ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text);
  if (answer.verdict === 'denied') process.exitCode = notAllowed;
}

interface Asked {
  flags: ExplainFlags;
  sources: Sources;
  mesh: Mesh;
  runner: typeof import('@meshbed/runner/explain');
}

interface Answer {
  text: string;
  json: unknown;
  /** Of a pair. */
  verdict?: Explanation['verdict'];
}

async function ofPair(asked: Asked, pair: Pair): Promise<Answer> {
  const { sources, mesh, runner } = asked;
  const paint = paintFor(process.stdout);
  const whatIf = whatIfOf(asked);
  if (!whatIf) {
    const explanation = await runner.explain(sources, mesh, pair);
    return { text: renderExplanation(explanation, paint), json: explanation, verdict: explanation.verdict };
  }
  const compared = runner.compare(mesh, pair, whatIf);
  const text = `${renderExplanation(compared.after, paint)}\n${renderDifferences([compared], paint)}`;
  return { text, json: compared, verdict: compared.after.verdict };
}

/** Every caller with every target; a flag of the two narrows it to a row or a column. */
function ofMatrix(asked: Asked): Answer {
  const { flags, mesh, runner } = asked;
  const paint = paintFor(process.stdout);
  const whatIf = whatIfOf(asked);
  const pairs = runner.pairsOf(mesh, flags);
  if (!whatIf) {
    const explanations = pairs.map((pair) => runner.explainPair(mesh, pair));
    return { text: renderMatrix(explanations, paint), json: explanations };
  }
  const compared = pairs.map((pair) => runner.compare(mesh, pair, whatIf));
  return { text: renderComparedMatrix(compared, paint), json: compared.map(summary) };
}

function whatIfOf({ flags, runner }: Asked): WhatIf | undefined {
  const { policies: file, replace = false } = flags;
  if (file === undefined) return undefined;
  return { policies: runner.parsePolicies(readPolicies(file), file), replace };
}

function readPolicies(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new MeshbedError('user/policies', `can't read the policies in ${file}`, { cause });
  }
}

/** A matrix of whole ways would be unreadable, also for programs. */
const summary = ({ from, now, after, changes }: Compared) => ({
  from,
  to: after.to,
  now: now.verdict,
  after: after.verdict,
  changes,
  ...(after.cause ? { cause: after.cause } : {}),
});

import type { ImageMeaning } from '../types.ts';
import type { ImagesRule, IntegerRule, Rule, TextRule } from './rules.ts';

export type Checked = { kind: 'right'; value: unknown } | { kind: 'wrong'; message: string; hint?: string };

const wrong = (message: string, hint = ''): Checked => ({ kind: 'wrong', message, ...(hint === '' ? {} : { hint }) });
const right = (value: unknown): Checked => ({ kind: 'right', value });

/** Whether a value is as the rule wants it; the message continues a sentence that begins with the setting's name. */
export function check(rule: Exclude<Rule, { type: 'secret' }>, raw: unknown): Checked {
  switch (rule.type) {
    case 'text':
      return checkText(rule, raw);
    case 'integer':
      return checkInteger(rule, raw);
    case 'images':
      return checkImages(rule, raw);
  }
}

function checkText({ must, hint, example }: TextRule, raw: unknown): Checked {
  if (typeof raw !== 'string') return wrong(`is ${kindOf(raw)}; it must be text`, `for example ${example}`);
  const broken = must.find(({ match }) => !match.test(raw));
  if (!broken) return right(raw);
  return wrong(`is ${shown(raw)}; it must be ${broken.be}`, hint?.(raw) || `for example ${example}`);
}

/** Shell files, variables and flags have only text. */
function checkInteger({ minimum, maximum }: IntegerRule, raw: unknown): Checked {
  const range = `it must be a whole number from ${minimum} to ${maximum}`;
  const number = typeof raw === 'string' && /^-?\d{1,9}$/.test(raw) ? Number(raw) : raw;
  const hint = `for example ${Math.max(minimum, Math.min(maximum, 2))}`;
  if (typeof number !== 'number') return wrong(`is ${kindOf(raw)}; ${range}`, hint);
  const fits = Number.isInteger(number) && number >= minimum && number <= maximum;
  return fits ? right(number) : wrong(`is ${number}; ${range}`, hint);
}

function checkImages(_rule: ImagesRule, raw: unknown): Checked {
  if (!isRecord(raw)) return wrong(`is ${kindOf(raw)}; it must map images to commands or images`);
  const meanings = Object.entries(raw).map(([image, meaning]) => [image, meaningOf(meaning)] as const);
  const bad = meanings.find(([, meaning]) => meaning === undefined);
  if (!bad) return right(Object.fromEntries(meanings));
  return wrong(
    `: ${shown(bad[0])} must be an image, a command as a list of texts, or command with ports`,
    `for example { command: [node, server.js], ports: { 8080: PORT } }`,
  );
}

function meaningOf(raw: unknown): ImageMeaning | undefined {
  if (typeof raw === 'string') return raw === '' ? undefined : { image: raw };
  if (Array.isArray(raw)) return isCommand(raw) ? { command: raw } : undefined;
  if (!isRecord(raw)) return undefined;
  const { command, ports, ...unknown } = raw;
  if (Object.keys(unknown).length > 0 || !isCommand(command)) return undefined;
  if (ports === undefined) return { command };
  return isPorts(ports) ? { command, ports } : undefined;
}

const isCommand = (raw: unknown): raw is string[] =>
  Array.isArray(raw) && raw.length > 0 && raw.every((word) => typeof word === 'string' && word !== '');

const isPorts = (raw: unknown): raw is Record<number, string> =>
  isRecord(raw) &&
  Object.entries(raw).every(
    ([port, variable]) => /^\d{1,5}$/.test(port) && typeof variable === 'string' && /^[A-Za-z_]\w*$/.test(variable),
  );

const isRecord = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

function kindOf(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw === 'string') return shown(raw);
  return typeof raw === 'object' && raw !== null ? 'a mapping' : String(raw);
}

const longest = 60;

const shown = (value: string) => JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);

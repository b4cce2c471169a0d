import { placeholder, redact, redactDeep } from '@meshbed/core';

/** Names of fields and variables whose values are nobody's business, whatever they are. */
const secretName = /token$|secret(?!name|ref|arn)|passw|private_?key|licen[cs]e_?key|credential|authorization$/i;

/** What secrets look like in text, whoever wrote it. */
const patterns: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+/g,
  /\bk8s-aws-v1\.[\w-]+/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /(?<=[?&]X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"]+/g,
  /(?<=\bBearer )[\w.~+/-]{8,}=*/g,
];

/** Text without secrets: those that this process knows, and what looks like one. */
export function scrubText(text: string): string {
  return patterns.reduce((shown, pattern) => shown.replaceAll(pattern, placeholder), redact(text));
}

/** The same for data; also variables (`{ name, value }`) and fields that are called like a secret. Bookkeeping goes. */
export function scrub(value: unknown): unknown {
  return scrubbed(redactDeep(plain(value)));
}

const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

const bookkeeping: ReadonlySet<string> = new Set([
  'managedFields',
  '$metadata',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

function scrubbed(value: unknown): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (Array.isArray(value)) return value.map(scrubbed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !bookkeeping.has(name));
  const variable = 'name' in value && typeof value.name === 'string' && secretName.test(value.name);
  return Object.fromEntries(
    entries.map(([name, field]) => [name, isSecret(name, field, variable) ? placeholder : scrubbed(field)]),
  );
}

const isSecret = (name: string, field: unknown, variable: boolean) =>
  typeof field === 'string' && field !== '' && (secretName.test(name) || (variable && name === 'value'));

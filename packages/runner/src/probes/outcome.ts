import { quoted } from '@meshbed/clients/exec';

/** What became of one request, as curl saw it. */
export type Outcome =
  | { kind: 'answered'; status: number; body: string }
  | {
      kind: 'timeout' | 'unknown-host' | 'refused' | 'reset' | 'empty' | 'proxy-down' | 'proxy-refused' | 'other';
      detail: string;
    };

export type FailureKind = Exclude<Outcome['kind'], 'answered'>;

const usualSeconds = 5;
const statusMark = 'http-status=';

/** In a few words, for evidence. */
export function connectionOf(outcome: Outcome): string {
  return outcome.kind === 'answered' ? `answered with status ${outcome.status}` : `${outcome.kind}: ${outcome.detail}`;
}

export interface CurlOptions {
  /** Makes it a POST. */
  data?: string | undefined;
  /** After which it is given up. */
  maxSeconds?: number | undefined;
}

/** A fresh connection each time; standard error follows the body, as a terminal shows it. */
export function curlScript(url: string, { data, maxSeconds = usualSeconds }: CurlOptions = {}): string {
  const body = data === undefined ? '' : `--data-raw ${quoted(data)} `;
  return `curl -sS --max-time ${maxSeconds} -w '\\n${statusMark}%{http_code}\\n' ${body}${quoted(url)} 2>&1`;
}

interface Rule {
  exitCode: number;
  message: RegExp;
  kind: FailureKind;
}

/**
 * Exit codes of curl. Through a SOCKS proxy every refusal of the proxy is 97 with the reply code in brackets; what
 * happens after the proxy accepted looks as it does without one. Tests never call 127.0.0.1 itself: that is the proxy.
 */
const rules: readonly Rule[] = [
  { exitCode: 28, message: /./, kind: 'timeout' },
  { exitCode: 56, message: /reset by peer/i, kind: 'reset' },
  { exitCode: 52, message: /./, kind: 'empty' },
  { exitCode: 6, message: /./, kind: 'unknown-host' },
  { exitCode: 7, message: /connect to 127\.0\.0\.1 port/, kind: 'proxy-down' },
  { exitCode: 7, message: /./, kind: 'refused' },
  { exitCode: 97, message: /\(4\)/, kind: 'unknown-host' },
  { exitCode: 97, message: /\(5\)/, kind: 'refused' },
  { exitCode: 97, message: /./, kind: 'proxy-refused' },
];

/** Reads what `curlScript` wrote. */
export function outcomeOf(exitCode: number, output: string): Outcome {
  const message = /curl: \(\d+\) .*/.exec(output)?.[0];
  if (exitCode === 0) {
    const status = Number(new RegExp(`${statusMark}(\\d+)`).exec(output)?.[1]);
    return { kind: 'answered', status, body: output.slice(0, output.lastIndexOf(statusMark)).trim() };
  }
  const detail = message ?? `curl ended with ${exitCode}: ${output.trim().slice(-200)}`;
  const rule = rules.find((each) => each.exitCode === exitCode && each.message.test(detail));
  return { kind: rule?.kind ?? 'other', detail };
}

interface EchoAnswer {
  host?: { hostname?: string; name?: string };
  environment?: { HOSTNAME?: string };
}

/**
 * The name of the host that answered: `Hostname=` of istio-testing, `environment.HOSTNAME` of the echo server. The echo
 * server's `host.hostname` may be no more than the name that the caller asked for, hence it comes last.
 */
export function hostnameIn(body: string): string | undefined {
  const line = /^Hostname=(.+)$/m.exec(body)?.[1];
  if (line !== undefined) return line.trim();
  try {
    const { host, environment } = JSON.parse(body) as EchoAnswer;
    return environment?.HOSTNAME ?? host?.name ?? host?.hostname;
  } catch {
    return undefined;
  }
}

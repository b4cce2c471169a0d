const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const throughShell = /^(?:\/bin\/)?(?:ba|a)?sh -c /;
const forEver = /^(?:tail -f(?: \/dev\/null)?|cat)$/;
/** Loops that do nothing but sleep, as people write them. */
const loop =
  /^while (?:true|:|\[ 1 \]) ?; ?do (sleep [^;]+) ?; ?done ?;?$|^while (sleep [^;]+) ?; ?do (?:true|:) ?; ?done ?;?$/;
const sleeping =
  /^(?:exec )?(?:\/(?:usr\/)?bin\/)?sleep ((?:[\d.]+[smhd]?|infinity|inf)(?: (?:[\d.]+[smhd]?|infinity|inf))*)$/;

/** How long a command that does nothing goes on doing it, in milliseconds; undefined for one that does something. */
export function idleTime(argv: readonly string[]): number | undefined {
  const words = argv.join(' ').replace(throughShell, '').replaceAll(/\s+/g, ' ').trim();
  const [, ...looped] = loop.exec(words) ?? [];
  if (forEver.test(words) || looped.some((body) => sleepTime(body) !== undefined)) return Number.POSITIVE_INFINITY;
  return sleepTime(words);
}

/** `sleep 1h 30m` sleeps for the sum. */
function sleepTime(words = ''): number | undefined {
  const times = sleeping.exec(words)?.[1]?.split(' ');
  return times?.map(durationOf).reduce((sum, time) => sum + time, 0);
}

function durationOf(time: string): number {
  if (time.startsWith('inf')) return Number.POSITIVE_INFINITY;
  const unit = units[time.at(-1) ?? ''];
  return Number.parseFloat(time) * (unit ?? 1000);
}

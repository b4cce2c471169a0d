/** Options that say where to begin: whoever resumes begins where it stopped. */
const beginnings: Readonly<Record<string, { values: number }>> = {
  '-s': { values: 1 },
  '--step': { values: 1 },
  '--reset': { values: 0 },
  '--from-scratch': { values: 0 },
  '--force': { values: 0 },
};

/** The command that goes on with a run that was stopped, from the arguments of the one that was. */
export function resumeCommand(args: readonly string[]): string {
  const kept: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const text = args[index] ?? '';
    const [name = ''] = text.split('=');
    const dropped = beginnings[name] ?? (/^-s./.test(text) ? { values: 0 } : undefined);
    if (!dropped) kept.push(text);
    else if (!text.includes('=')) index += dropped.values;
  }
  return ['meshbed', ...kept.map(quoted)].join(' ');
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

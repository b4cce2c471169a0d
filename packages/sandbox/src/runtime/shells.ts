const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh']);
const harmless = new Set(['-i', '-l', '--login', '+m']);

/** Whether a command is a shell that reads what somebody types. */
export function isShell([file = '', ...args]: readonly string[]): boolean {
  return shells.has(file.split('/').at(-1) ?? '') && args.every((each) => harmless.has(each));
}

/** A shell that is not at a terminal prompts and survives an interrupt only when told that somebody is there. */
export function asInteractive(command: readonly string[]): readonly string[] {
  return isShell(command) && !command.includes('-i') ? [...command, '-i'] : command;
}

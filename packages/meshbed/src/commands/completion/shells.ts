import type { OptionRow, Row } from './table.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A completion script for each shell. */
export const shells: Readonly<Record<Shell, (rows: readonly Row[]) => string>> = { bash, zsh, fish };

/** What is typed so far leads to a command: the longest path of words that is one. */
const walk = (array: string, first: number) => `  local at="" word
  for word in "\${${array}[@]:${first}:$((current - ${first}))}"; do
    case "\${at:+$at }$word" in
      __paths__) at="\${at:+$at }$word" ;;
    esac
  done`;

function bash(rows: readonly Row[]): string {
  return `# Completion of meshbed for bash. Made by: meshbed completion bash
_meshbed() {
  local current=$COMP_CWORD
${walk('COMP_WORDS', 1).replace('__paths__', pathsOf(rows))}
  COMPREPLY=()
  case "$at|\${COMP_WORDS[COMP_CWORD-1]}" in
${valueCases(rows, (values) =>
  values.length === 0
    ? `compopt -o default 2>/dev/null; return`
    : `COMPREPLY=($(compgen -W ${quoted(values.join(' '))} -- "\${COMP_WORDS[COMP_CWORD]}")); return`,
)}
  esac
  local words=""
  case "$at" in
${wordCases(rows, (words) => `words=${quoted(words.join(' '))}`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _meshbed meshbed
`;
}

function zsh(rows: readonly Row[]): string {
  return `#compdef meshbed
# Completion of meshbed for zsh. Made by: meshbed completion zsh
_meshbed() {
  local at="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${pathsOf(rows)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at|\${words[CURRENT-1]}" in
${valueCases(rows, (values) => (values.length === 0 ? '_files; return' : `compadd -- ${values.map(quoted).join(' ')}; return`))}
  esac
  local -a shown
  case "$at" in
${rows.map((row) => `    ${quoted(row.path)}) shown=(${described(row).map(quoted).join(' ')}) ;;`).join('\n')}
  esac
  _describe meshbed shown
}
compdef _meshbed meshbed
`;
}

/** `word:description`, where a colon of the word would have to be escaped. */
const described = ({ words, options }: Row) => [
  ...words.map(({ word, about }) => `${word}:${about}`),
  ...options.flatMap(({ names, about }) => names.map((name) => `${name}:${about}`)),
];

function fish(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => {
    const at = `-n ${quoted(`__meshbed_at ${quoted(row.path)}`)}`;
    const words = row.words.map(
      ({ word, about }) => `complete -c meshbed -f ${at} -a ${quoted(word)} -d ${quoted(about)}`,
    );
    return [...words, ...row.options.map((option) => `complete -c meshbed ${at} ${fishOption(option)}`)];
  });
  return `# Completion of meshbed for fish. Made by: meshbed completion fish
function __meshbed_at
    set -l path ""
    for word in (commandline -opc)[2..-1]
        switch (string trim "$path $word")
            case ${[...pathList(rows)].map(quoted).join(' ')}
                set path (string trim "$path $word")
        end
    end
    test "$path" = "$argv[1]"
end
complete -c meshbed -f
${lines.join('\n')}
`;
}

function fishOption({ names, about, values }: OptionRow): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = values === undefined ? [] : values.length === 0 ? ['-r -F'] : [`-x -a ${quoted(values.join(' '))}`];
  return [...flags, ...value, `-d ${quoted(about)}`].join(' ');
}

const pathList = (rows: readonly Row[]) => rows.flatMap(({ path }) => (path === '' ? [] : [path]));

const pathsOf = (rows: readonly Row[]) => pathList(rows).map(quoted).join('|');

function valueCases(rows: readonly Row[], action: (values: readonly string[]) => string): string {
  const cases = rows.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined
        ? []
        : [`    ${names.map((name) => quoted(`${path}|${name}`)).join('|')}) ${action(values)} ;;`],
    ),
  );
  return cases.join('\n');
}

function wordCases(rows: readonly Row[], action: (words: readonly string[]) => string): string {
  const cases = rows.map((row) => {
    const words = [...row.words.map(({ word }) => word), ...row.options.flatMap(({ names }) => names)];
    return `    ${quoted(row.path)}) ${action(words)} ;;`;
  });
  return cases.join('\n');
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

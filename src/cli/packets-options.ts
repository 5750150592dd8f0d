import { type Command, InvalidArgumentError } from 'commander';

export type Occurrence = 'first' | 'last' | 'all';

export interface PacketsOptions {
  /** Null where only the fields are to be listed. */
  readonly file: string | null;
  readonly fields: readonly string[];
  /** As typed; '' lets everything pass. */
  readonly filter: string;
  readonly count: number | null;
  readonly json: boolean;
  /** The file is still being written: wait for more at its end. */
  readonly follow: boolean;
  /** List the fields instead, those whose names have this in them. */
  readonly list: boolean;
  readonly layout: Layout;
}

/** How lines are written, as tshark's -E has it. */
export interface Layout {
  readonly header: boolean;
  readonly separator: string;
  readonly aggregator: string;
  readonly quote: '' | '"' | "'";
  readonly occurrence: Occurrence;
}

interface Raw {
  field?: readonly string[];
  filter?: string;
  count?: number;
  json?: boolean;
  follow?: boolean;
  fields?: boolean;
  layout?: Layout;
}

const USUAL: Layout = { header: false, separator: '\t', aggregator: ',', quote: '', occurrence: 'all' };

export function addPacketsCommand(
  program: Command,
  perform: (options: PacketsOptions) => Promise<void>,
): void {
  const command = program
    .command('packets')
    .argument('[file]', "any capture, also gzipped; '-' for standard input")
    .summary('print fields of packets, one packet a line')
    .description(
      'Prints fields of packets, one packet a line, with the names and the text that Wireshark has; calls have fields too.',
    )
    .option('-e, --field <name>', 'a field to print; may be given again', each)
    .option(
      '-Y, --filter <filter>',
      'only packets that pass, in the language of Wireshark’s display filters (docs/filter.md)',
    )
    .option('-c, --count <n>', 'stop after so many packets', positive)
    .option(
      '-E, --layout <option>',
      'header=y, separator=/t|/s|CHAR, aggregator=,|/s|CHAR, occurrence=f|l|a, quote=d|s|n',
      layout,
    )
    .option('--json', 'one JSON object a packet')
    .option('--follow', 'wait for more at the end of the file, as tail -f does, until Ctrl-C')
    .option('--fields', 'list the fields that there are, with type and meaning')
    .addHelpText(
      'after',
      '\nExample:\n  sockscope packets a.pcap -Y "tcp.flags.syn == 1" -e frame.number -e ip.src -e tcp.dstport',
    )
    .action((file: string | undefined, raw: Raw) => {
      checkUse(file, raw, (message) => command.error(`error: ${message}`));
      return perform({
        file: file ?? null,
        fields: raw.field ?? [],
        filter: raw.filter ?? '',
        count: raw.count ?? null,
        json: raw.json === true,
        follow: raw.follow === true,
        list: raw.fields === true,
        layout: raw.layout ?? USUAL,
      });
    });
}

/** Refuses what would say nothing: a file behind --fields, the layout of lines where there are none. */
function checkUse(file: string | undefined, raw: Raw, refuse: (message: string) => never): void {
  if (raw.json === true && raw.layout !== undefined)
    refuse('-E says how lines of text are written, and --json writes none: leave out one');
  if (raw.fields !== true) return;
  if (file !== undefined)
    refuse('--fields lists what there is, whatever the file; `--fields -e NAME` lists what has NAME in it');
  for (const name of ['filter', 'count', 'follow', 'layout'] as const)
    if (raw[name] !== undefined) refuse(`--fields lists fields: there is no use for --${name}`);
}

function each(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return value;
}

const CHARACTERS: Readonly<Record<string, string>> = { '/t': '\t', '/s': ' ' };
const QUOTES: Readonly<Record<string, Layout['quote']>> = { d: '"', s: "'", n: '' };
const OCCURRENCES: Readonly<Record<string, Occurrence>> = { f: 'first', l: 'last', a: 'all' };

function layout(text: string, before: Layout = USUAL): Layout {
  const [name = '', value = ''] = text.split(/=(.*)/s);
  const character = CHARACTERS[value] ?? ([...value].length === 1 ? value : undefined);
  if (name === 'header' && /^[yn]$/.test(value)) return { ...before, header: value === 'y' };
  if (name === 'separator' && character !== undefined) return { ...before, separator: character };
  if (name === 'aggregator' && character !== undefined) return { ...before, aggregator: character };
  const quote = QUOTES[value];
  if (name === 'quote' && quote !== undefined) return { ...before, quote };
  const occurrence = OCCURRENCES[value];
  if (name === 'occurrence' && occurrence !== undefined) return { ...before, occurrence };
  throw new InvalidArgumentError('Give header, separator, aggregator, occurrence or quote, as in header=y.');
}

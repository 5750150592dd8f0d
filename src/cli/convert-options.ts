import { type Command, InvalidArgumentError, Option } from 'commander';

export type OutputFormat = 'pcapng' | 'pcap' | 'pcap-us';

export interface ConvertOptions {
  readonly input: string;
  /** '-' for standard output. */
  readonly output: string;
  /** Null: by the name of the output. */
  readonly format: OutputFormat | null;
  /** As typed; '' lets everything pass. */
  readonly filter: string;
  /** Times in ns: since 1970, or since the first packet. Packets from `from` on and before `to`. */
  readonly from: Moment | null;
  readonly to: Moment | null;
  /** Numbers of frames, first and last of each run. */
  readonly packets: readonly (readonly [number, number])[];
  readonly conversation: { readonly protocol: 'tcp' | 'udp'; readonly stream: number } | null;
  readonly calls: boolean;
  readonly force: boolean;
}

export interface Moment {
  readonly ns: bigint;
  readonly relative: boolean;
}

interface Raw {
  format?: OutputFormat;
  filter?: string;
  from?: Moment;
  to?: Moment;
  packets?: readonly (readonly [number, number])[];
  conversation?: ConvertOptions['conversation'];
  calls: boolean;
  force?: boolean;
}

export function addConvertCommand(
  program: Command,
  perform: (options: ConvertOptions) => Promise<void>,
): void {
  program
    .command('convert')
    .argument('<in>', "any capture, also gzipped; '-' for standard input")
    .argument('<out>', "the file to write; '-' for standard output")
    .summary('write a capture again: as pcap or pcapng, or a part of it')
    .description(
      'Writes a capture again, or a part of it. Between pcapng files whole blocks are copied: nothing is lost.',
    )
    .addOption(
      new Option('--format <format>', 'of the output; by its name if not given, else pcapng').choices([
        'pcapng',
        'pcap',
        'pcap-us',
      ]),
    )
    .option(
      '-Y, --filter <filter>',
      'only packets that pass, in the language of Wireshark’s display filters (docs/filter.md)',
    )
    .option('--from <time>', 'only from then on: seconds since the first packet, or a date and time', moment)
    .option('--to <time>', 'only before then', moment)
    .option('--packets <numbers>', 'only these frames, as in 1-100,205', numbers)
    .option(
      '--conversation <name>',
      'only this one, as in tcp:3: the number is tcp.stream or udp.stream',
      conversation,
    )
    .option('--no-calls', 'leave out the recorded calls of a session')
    .option('--force', 'replace an existing file')
    .action((input: string, output: string, raw: Raw) =>
      perform({
        input,
        output,
        format: raw.format ?? null,
        filter: raw.filter ?? '',
        from: raw.from ?? null,
        to: raw.to ?? null,
        packets: raw.packets ?? [],
        conversation: raw.conversation ?? null,
        calls: raw.calls,
        force: raw.force === true,
      }),
    );
}

/** A day, a time of it with up to nine decimals, and Z or an offset; without one it is local time. */
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?)?$/;

function moment(text: string): Moment {
  const seconds = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (seconds !== null) {
    const ns = BigInt(seconds[1] ?? '0') * 1_000_000_000n + BigInt((seconds[2] ?? '').padEnd(9, '0'));
    // Nobody's capture is thirty years long: larger numbers are seconds since 1970.
    return { ns, relative: ns < 1_000_000_000_000_000_000n };
  }
  // Date.parse alone takes nearly everything that has a number in it, and drops what is finer than a millisecond.
  const [, day, time = '00:00:00', fraction = '', zone = ''] = DATE.exec(text) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  // The 31st of February would become a day of March.
  if (Number.isNaN(ms) || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(`${day}`))
    throw new InvalidArgumentError('Give seconds, or a date and time such as 2026-11-21T02:00:00Z.');
  return { ns: BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')), relative: false };
}

function numbers(text: string): readonly (readonly [number, number])[] {
  return text.split(',').map((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || first < 1 || last < first)
      throw new InvalidArgumentError('Give numbers of frames, as in 1-100,205.');
    return [first, last] as const;
  });
}

function conversation(text: string): NonNullable<ConvertOptions['conversation']> {
  const match = /^(tcp|udp):(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Give tcp or udp and a number, as in tcp:3.');
  return { protocol: match[1] === 'udp' ? 'udp' : 'tcp', stream: Number(match[2]) };
}

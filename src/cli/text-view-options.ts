import { InvalidArgumentError, Option } from 'commander';

/** The views of the full screen that can be printed; the ladder is what is printed without `--show`. */
export const TEXT_VIEWS = [
  'packets',
  'streams',
  'conversations',
  'findings',
  'buffers',
  'sequence',
  'sockets',
  'why',
  'details',
] as const;

/** A view of the full screen that is printed. */
export interface TextView {
  readonly view: (typeof TEXT_VIEWS)[number];
  /** Frame number of the row that it is about, from 1; null for the first one (sockets: the last). */
  readonly at: number | null;
  /** Index of the connection that it is about; null for the first. */
  readonly connection: number | null;
}

export interface RawTextView {
  show?: TextView['view'];
  at?: number;
  connection?: number;
}

export const SHOW = new Option(
  '--show <view>',
  'print another view as text: what the full screen shows, without pictures',
).choices(TEXT_VIEWS);
export const AT = new Option(
  '--at <number>',
  'the row that sockets, why and details are about (#12 is 12)',
).argParser((text) => whole(text, 1));
export const CONNECTION = new Option(
  '--connection <number>',
  'the connection that streams, buffers and sequence are about, from 0, as conversations lists them',
).argParser((text) => whole(text, 0));

const VIEWS_OF = {
  at: ['sockets', 'why', 'details'],
  connection: ['streams', 'buffers', 'sequence'],
} as const satisfies Readonly<Record<string, readonly TextView['view'][]>>;

/** What `--show` and its companions ask for; null where there is no `--show`. `refuse` is told of a companion that says nothing. */
export function textView(raw: RawTextView, refuse: (message: string) => never): TextView | null {
  const { show, at, connection } = raw;
  for (const name of ['at', 'connection'] as const) {
    const views: readonly string[] = VIEWS_OF[name];
    if (raw[name] !== undefined && !views.includes(show ?? ''))
      refuse(`--${name} goes with --show ${views.slice(0, -1).join(', ')} or ${views.at(-1)}`);
  }
  return show === undefined ? null : { view: show, at: at ?? null, connection: connection ?? null };
}

function whole(text: string, least: number): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < least)
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  return value;
}

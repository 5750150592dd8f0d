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

/** What `--show` and its companions ask for; null where there is no `--show`. */
export function textView({ show, at, connection }: RawTextView): TextView | null {
  return show === undefined ? null : { view: show, at: at ?? null, connection: connection ?? null };
}

function whole(text: string, least: number): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < least)
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  return value;
}

import { wholePacket } from '../../capture/datagram.ts';
import { words } from '../../src/words/words.ts';
import type { Document } from './document.ts';
import { endsText, rowText } from './row-text.ts';

export type Matcher = (row: number) => boolean;

/**
 * What a search looks for: hex:68656c (bytes), /regular expression/, else text without regard to case. Looks at what a
 * row says, its addresses, its reason, and the bytes it moves, which may be text in UTF-8 or in Latin-1. Throws a SyntaxError for what cannot be looked for.
 */
export function matcherOf(document: Document, text: string): Matcher {
  const hex = /^hex:(.*)$/is.exec(text);
  if (hex !== null) {
    const digits = (hex[1] ?? '').replace(/[\s:]/g, '');
    if (!isPairs(digits)) throw new SyntaxError(words().status.hexPairs);
    const bytes = Buffer.from(digits, 'hex');
    return (row) => payloadOf(document, row).includes(bytes);
  }
  const pattern = /^\/(.*)\/$/.exec(text)?.[1];
  const expression = new RegExp(pattern ?? escaped(text), 'i');
  const inBytes = pattern === undefined ? textInBytes(text) : expressionInBytes(expression);
  return (row) => expression.test(textOf(document, row)) || inBytes(payloadOf(document, row));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The bytes are looked through as they are, one a character: text that is cut within a letter hides no other text. */
const charactersOf = (bytes: Buffer): string => bytes.toString('latin1');

/** Finds text as UTF-8 or as Latin-1, its letters large or small. */
function textInBytes(text: string): (bytes: Buffer) => boolean {
  const expression = new RegExp([...text].map(letterInBytes).join(''));
  return (bytes) => expression.test(charactersOf(bytes));
}

/** All bytes that a letter may be. */
function letterInBytes(letter: string): string {
  const forms = new Set([letter, letter.toLowerCase(), letter.toUpperCase()]);
  const coded = [...forms].flatMap((each) => {
    const isLatin1 = each.length === 1 && each.charCodeAt(0) > 0x7f && each.charCodeAt(0) <= 0xff;
    const utf8 = charactersOf(Buffer.from(each, 'utf8'));
    return isLatin1 ? [utf8, each] : [utf8];
  });
  return coded.length === 1 ? escaped(coded[0] ?? '') : `(?:${coded.map(escaped).join('|')})`;
}

const NOT_ASCII = /[\x80-\xff]/;

/** Tries a regular expression on the bytes as Latin-1, and on what of them is more than ASCII as UTF-8 too. */
function expressionInBytes(expression: RegExp): (bytes: Buffer) => boolean {
  return (bytes) => {
    const characters = charactersOf(bytes);
    return (
      expression.test(characters) || (NOT_ASCII.test(characters) && expression.test(bytes.toString('utf8')))
    );
  };
}

const isPairs = (digits: string): boolean => /^([0-9a-f]{2})+$/i.test(digits);
const HEX = 'hex:';

/** What is wrong with bytes in hex; digits that are missing only where the text is whole. */
function hexProblem(
  body: string,
  isWhole: boolean,
): { readonly message: string; readonly from: number } | null {
  const wrong = body.search(/[^0-9a-f\s:]/i);
  if (wrong >= 0) return { message: words().status.hexPairs, from: HEX.length + wrong };
  if (!isWhole || isPairs(body.replace(/[\s:]/g, ''))) return null;
  return { message: words().status.hexPairs, from: HEX.length + body.length };
}

/**
 * What is wrong with a regular expression or with bytes in hex, and from which character on; null while nothing is.
 * `isWhole`: nothing more will be typed.
 */
export function searchProblem(
  text: string,
  isWhole: boolean,
): { readonly message: string; readonly from: number } | null {
  if (/^hex:/i.test(text)) return hexProblem(text.slice(HEX.length), isWhole);
  if (!text.startsWith('/') || text === '/') return null;
  const body = text.length > 2 && text.endsWith('/') ? text.slice(1, -1) : text.slice(1);
  const message = expressionProblem(body);
  if (message === null) return null;
  // The engine names no place: it is behind the longest beginning that is an expression.
  let from = body.length - 1;
  while (from > 0 && expressionProblem(body.slice(0, from)) !== null) from--;
  return { message, from: from + 1 };
}

function expressionProblem(body: string): string | null {
  try {
    new RegExp(body, 'i');
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error.message.replace(/^Invalid regular expression: .*: /s, '');
  }
}

function textOf(document: Document, index: number): string {
  const { timeline } = document;
  const row = timeline.row(index);
  const reason =
    row.kind === 'packet' ? timeline.reasonOfPacket(row.packet) : timeline.reasonOfCall(row.call);
  const why = reason === null ? '' : document.words.reason(reason);
  const ends = row.kind === 'packet' ? endsText(document, row.packet) : '';
  return `${rowText(document, row)} ${ends} ${why}`;
}

function payloadOf({ timeline, session }: Document, index: number): Buffer {
  const row = timeline.row(index);
  if (row.kind !== 'packet') return Buffer.from(session.calls[row.call]?.data ?? []);
  const { columns } = session.capture;
  const length = columns.payloadLen[row.packet] ?? 0;
  if (length === 0) return NOTHING;
  const at = columns.payloadAt[row.packet] ?? 0;
  const frame = wholePacket(session.capture, row.packet);
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).subarray(at, at + length);
}

const NOTHING = Buffer.alloc(0);

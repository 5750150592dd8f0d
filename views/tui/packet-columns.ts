import type { FieldInfo, FieldType, FieldValue } from '../../capture/fields/field.ts';
import { valueText } from '../../capture/fields/text.ts';
import { readConfigFile, writeConfigFile } from '../../src/config/config-file.ts';
import { tomlString } from '../../src/config/toml.ts';
import { ANALYSIS_FIELDS } from '../../src/filter/analysis-fields.ts';
import { allFields, findField } from '../../src/filter/catalog.ts';
import { type ReadValues, RowReader } from '../../src/filter/values.ts';
import { words } from '../../src/words/words.ts';
import type { Document } from './document.ts';

/** A column of the packet list that the user chose: one of ours, or a field by its name. */
export interface PacketColumn {
  readonly name: string;
  /** Null: the usual one. */
  readonly width: number | null;
}

/** Columns that are no fields. */
const OWN_COLUMNS = ['number', 'time', 'source', 'destination', 'protocol', 'length', 'info'] as const;
const isOwn = (name: string): name is (typeof OWN_COLUMNS)[number] => OWN_COLUMNS.some((own) => own === name);

/** What a column shows that is no field; undefined for a field. */
export function ownColumn(name: string): string | undefined {
  return isOwn(name) ? words().panes.ownColumns[name] : undefined;
}

export const NARROWEST_COLUMN = 3;
export const WIDEST_COLUMN = 200;
const FILE = 'columns.toml';

const WIDTHS: Readonly<Partial<Record<FieldType, number>>> = {
  ...{
    ipv4: 15,
    ipv6: 24,
    ether: 17,
    bool: 5,
    uint8: 5,
    uint16: 6,
    time: 24,
    duration: 13,
    string: 16,
    bytes: 20,
  },
};

/** The width that a column of a field has when none was chosen. */
export function usualWidth(name: string): number {
  const field = findField(name);
  const wanted = field === undefined ? 10 : (WIDTHS[field.type] ?? 10);
  return Math.max(wanted, Math.min(name.length, 16));
}

/** Whether a field's values are decimal numbers, which are read from the right. */
export function isNumeric(name: string): boolean {
  const field = findField(name);
  return field !== undefined && field.base !== 'hex' && /^u?int|^double$|^duration$/.test(field.type);
}

export function isColumn(name: string): boolean {
  return isOwn(name) || findField(name) !== undefined;
}

/** Columns and fields whose names hold what was typed, those that begin with it first. */
export function columnMatches(typed: string): readonly { readonly text: string; readonly about: string }[] {
  const wanted = typed.trim().toLowerCase();
  const all = [
    ...OWN_COLUMNS.map((text) => ({ text, about: words().panes.ownColumns[text] })),
    ...allFields().map(({ name, about }) => ({ text: name, about })),
  ];
  const starting = all.filter(({ text }) => text.startsWith(wanted));
  const inside = all.filter(({ text }) => text.indexOf(wanted) > 0);
  return [...starting, ...inside];
}

const cells = new WeakMap<Document, Map<string, (packet: number) => string>>();
const values: FieldValue[] = [];
/** Stands for what is still being worked out. */
const PENDING = '…';

/** The text of a field of a packet of this document, as `sockscope packets -e` prints it. */
export function fieldText(document: Document, name: string, packet: number): string {
  const known = cells.get(document) ?? new Map<string, (packet: number) => string>();
  cells.set(document, known);
  let read = known.get(name);
  if (read === undefined) {
    read = fieldReader(document, name);
    known.set(name, read);
  }
  return read(packet);
}

function fieldReader(document: Document, name: string): (packet: number) => string {
  const { timeline, session } = document;
  const field = findField(name);
  if (field === undefined) return () => '';
  const reader = new RowReader({ capture: session.capture, timeline });
  const read: ReadValues = reader.reader({
    ...{ field, layer: null, slices: [], mask: null, change: null, from: 0, to: 0 },
  });
  const isAnalysed = ANALYSIS_FIELDS.has(name);
  return (packet) => {
    if (isAnalysed && !document.hasAnalysis) return PENDING;
    values.length = 0;
    read('packet', packet, values);
    return textOf(field, values);
  };
}

function textOf(field: FieldInfo, found: readonly FieldValue[]): string {
  return found.map((value) => (typeof value === 'string' ? value : valueText(field, value))).join(',');
}

/** 'ip.src:15', or 'ip.src' with the usual width; null where it is no column. */
export function parseColumn(text: string): PacketColumn | null {
  const [, name = '', digits] = /^([^:\s]+)(?::(\d{1,3}))?$/.exec(text) ?? [];
  const width = digits === undefined ? null : Number(digits);
  if (!isColumn(name) || (width !== null && (width < NARROWEST_COLUMN || width > WIDEST_COLUMN))) return null;
  return { name, width };
}

function columnText({ name, width }: PacketColumn): string {
  return width === null ? name : `${name}:${width}`;
}

/** The columns that were kept; null where the usual ones are to be shown. */
export function readColumns(): {
  readonly columns: readonly PacketColumn[] | null;
  readonly problems: readonly string[];
} {
  const { path, entries, problems: found } = readConfigFile(FILE);
  const problems = [...found];
  let columns: readonly PacketColumn[] | null = null;
  for (const { table, key, value, line } of entries) {
    if (table !== '' || key !== 'columns' || !Array.isArray(value)) {
      problems.push(`${path}:${line}: not understood; write columns = ["number", "ip.src:15"]`);
      continue;
    }
    const texts = value as readonly string[];
    const wrong = texts.find((text) => parseColumn(text) === null);
    if (wrong === undefined) columns = texts.flatMap((text) => parseColumn(text) ?? []);
    else
      problems.push(
        `${path}:${line}: ${wrong} is no column: ${OWN_COLUMNS.join(', ')}, or a field (sockscope packets --fields), and a width from ${NARROWEST_COLUMN} to ${WIDEST_COLUMN}: ip.src:15`,
      );
  }
  return { columns: columns === null || columns.length === 0 ? null : columns, problems };
}

/** Keeps columns among the user's settings; null keeps the usual ones. Gives the path; throws a UserError. */
export function storeColumns(columns: readonly PacketColumn[] | null): string {
  const head = '# Columns of the packets view, kept in full screen.\n';
  const list = columns?.map((column) => tomlString(columnText(column))).join(', ') ?? '';
  return writeConfigFile(FILE, `${head}columns = [${list}]\n`);
}

import type { FieldInfo } from '../../capture/fields/field.ts';
import { ROW_FIELDS, type RowField } from './row-fields.ts';
import type { Subject } from './subject.ts';

/** As many as anybody reads. */
const MAX_VALUES = 50;
/** Flows, rows and calls that are looked at: completion happens while somebody types. */
const MAX_LOOKED_AT = 2000;

type Known = readonly [text: string, about: string];

/** Values of a field that are sure to mean something: words, and what the file has. */
export function knownValues(field: FieldInfo, subject: Subject | null): Known[] {
  if (field.type === 'bool')
    return [
      ['1', 'set'],
      ['0', 'not set'],
    ];
  const words = Object.entries(field.words ?? {}).map(([word, value]): Known => [quoted(word), `${value}`]);
  if (subject === null) return words;
  const rowField = ROW_FIELDS.get(field.name);
  const found = rowField === undefined ? ofFlows(field.name, subject) : ofRows(rowField, subject);
  return [...words, ...found].slice(0, MAX_VALUES);
}

/** Text with blanks needs quotes. */
function quoted(text: string): string {
  return /^[\w.]+$/.test(text) ? text : JSON.stringify(text);
}

function ofRows(field: RowField, { timeline }: Subject): Known[] {
  if (timeline === null || (field.type !== 'string' && field.type !== 'uint16')) return [];
  const counts = new Map<string, number>();
  const values: (number | bigint | string | Uint8Array)[] = [];
  const { calls } = timeline.session;
  for (let index = 0; index < Math.min(calls.length, MAX_LOOKED_AT); index++) {
    const call = calls[index];
    if (field.of === 'timeline') field.readCall(timeline, index, values);
    else if (call !== undefined) field.read(call, values);
  }
  if (field.of === 'timeline') {
    const rows = Math.min(timeline.session.capture.columns.length, MAX_LOOKED_AT);
    for (let row = 0; row < rows; row++) field.readPacket(timeline, row, values);
  }
  for (const value of values) {
    if (value instanceof Uint8Array) continue;
    const text = typeof value === 'string' ? JSON.stringify(value) : `${value}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return mostOften(counts, field.of === 'call' ? 'calls' : 'rows');
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

function ofFlows(name: string, { capture }: Subject): Known[] {
  const [protocol = '', last = ''] = name.split('.');
  const isPort = last === 'port' || last === 'srcport' || last === 'dstport';
  const isAddress = last === 'addr' || last === 'src' || last === 'dst';
  const isTransport = protocol === 'tcp' || protocol === 'udp';
  if (!(isPort && isTransport) && !(isAddress && (protocol === 'ip' || protocol === 'ipv6'))) return [];
  const wanted = protocol === 'tcp' ? 1 : 2;
  const counts = new Map<string, number>();
  for (let index = 0; index < Math.min(capture.flows.length, MAX_LOOKED_AT); index++) {
    const flow = capture.flows.get(index);
    if (isPort && flow.protocol !== wanted) continue;
    const ends = isPort ? [`${flow.portA}`, `${flow.portB}`] : [flow.addressA, flow.addressB];
    for (const end of ends) {
      if (isAddress && IPV4.test(end) !== (protocol === 'ip')) continue;
      counts.set(end, (counts.get(end) ?? 0) + 1);
    }
  }
  return mostOften(counts, 'conversations');
}

function mostOften(counts: ReadonlyMap<string, number>, what: string): Known[] {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([text, count]): Known => [text, `${count} ${count === 1 ? what.replace(/s$/, '') : what}`]);
}

import type { FieldValue, PacketField } from '../../capture/fields/field.ts';
import { PacketReader } from '../../capture/fields/reader.ts';
import { PACKET_FIELDS } from '../../capture/fields/registry.ts';
import { valueText } from '../../capture/fields/text.ts';
import { ANALYSIS_FIELDS, type AnalysisField, readAnalysis } from './analysis-fields.ts';
import type { Operand, Slice } from './ast.ts';
import { formulaReader } from './formula-values.ts';
import { ROW_FIELDS, type RowField } from './row-fields.ts';
import type { Subject } from './subject.ts';

/** Which row a filter is asked about: a row of the columns, or a call (an index). */
export type RowKind = 'packet' | 'call';

/** Appends the values that a row has for an operand. */
export type ReadValues = (kind: RowKind, index: number, out: FieldValue[]) => void;

/** A row's own fields, and those of what it is linked with: a packet's calls, a call's packets. */
export class RowReader {
  readonly subject: Subject;
  readonly packets: PacketReader;

  constructor(subject: Subject) {
    this.subject = subject;
    this.packets = new PacketReader(subject.capture);
  }

  /** Says which row was shown before the ones that are read next; -1: none. */
  showsAfter(row: number): void {
    this.packets.shownBefore = row;
  }

  /** How an operand's values are read. */
  reader(operand: Operand): ReadValues {
    if (operand.formula !== undefined) return formulaReader(operand.formula, (each) => this.reader(each));
    const { name } = operand.field;
    const fields = PACKET_FIELDS.get(name);
    if (fields !== undefined) return this.changed(operand, this.ofPackets(fields, operand.layer));
    const analysed = ANALYSIS_FIELDS.get(name);
    if (analysed !== undefined) return this.changed(operand, this.ofAnalysis(analysed));
    const field = ROW_FIELDS.get(name);
    if (field === undefined) throw new RangeError(`no field ${name}`);
    return this.changed(operand, this.ofRows(field));
  }

  private ofPackets(fields: readonly PacketField[], layer: number | null): ReadValues {
    const { packets, subject } = this;
    const read = (row: number, out: FieldValue[]): void => {
      const open = packets.open(row);
      if (layer === null) open.values(fields, out);
      else open.valuesOfLayer(fields, layer, out);
    };
    return (kind, index, out) => {
      if (kind === 'packet') read(index, out);
      else for (const { packet } of subject.timeline?.linksOfCall(index) ?? []) read(packet, out);
    };
  }

  private ofAnalysis(field: AnalysisField): ReadValues {
    const { subject } = this;
    const read = (row: number, out: FieldValue[]): void => readAnalysis(field, subject.capture, row, out);
    return (kind, index, out) => {
      if (kind === 'packet') read(index, out);
      else for (const { packet } of subject.timeline?.linksOfCall(index) ?? []) read(packet, out);
    };
  }

  private ofRows(field: RowField): ReadValues {
    const { timeline } = this.subject;
    if (timeline === null) return () => {};
    if (field.of === 'timeline') {
      return (kind, index, out) => {
        if (kind === 'packet') field.readPacket(timeline, index, out);
        else field.readCall(timeline, index, out);
      };
    }
    const { calls } = timeline.session;
    const read = (index: number, out: FieldValue[]): void => {
      const call = calls[index];
      if (call !== undefined) field.read(call, out);
    };
    return (kind, index, out) => {
      if (kind === 'call') read(index, out);
      else for (const { call } of timeline.linksOfPacket(index)) read(call, out);
    };
  }

  /** Slices, masks and functions over the values. */
  private changed(operand: Operand, plain: ReadValues): ReadValues {
    const { slices, mask, change, field } = operand;
    const isAddress = field.type === 'ipv4' && (slices.length > 0 || change === 'len');
    if (slices.length === 0 && mask === null && change === null) return plain;
    const found: FieldValue[] = [];
    return (kind, index, out) => {
      found.length = 0;
      plain(kind, index, found);
      if (change === 'count') {
        if (found.length > 0) out.push(found.length);
        return;
      }
      for (const each of found) {
        const value = isAddress ? addressBytes(each) : each;
        const cut = slices.length === 0 ? value : sliced(value, slices);
        if (cut === null) continue;
        const kept = mask === null ? withChange(cut, operand) : masked(cut, mask);
        if (kept !== null) out.push(kept);
      }
    };
  }
}

/** An IPv4 address is a number of 32 bits here, and four bytes to slices and len(). */
function addressBytes(value: FieldValue): FieldValue {
  if (typeof value !== 'number') return value;
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function withChange(value: FieldValue, { change, field, slices }: Operand): FieldValue {
  // As Wireshark has it, all numbers are decimal here.
  if (change === 'string' && slices.length === 0)
    return valueText({ name: field.name, type: field.type, about: '' }, value);
  if (change === 'len' && typeof value !== 'number' && typeof value !== 'bigint') return value.length;
  if (typeof value !== 'string') return value;
  return change === 'lower' ? value.toLowerCase() : change === 'upper' ? value.toUpperCase() : value;
}

function masked(value: FieldValue, mask: bigint | Uint8Array): FieldValue | null {
  if (mask instanceof Uint8Array) {
    if (!(value instanceof Uint8Array) || value.length !== mask.length) return null;
    return value.map((byte, at) => byte & (mask[at] ?? 0));
  }
  return typeof value === 'number' || typeof value === 'bigint' ? Number(BigInt(value) & mask) : value;
}

/** The parts of a value one after the other; null where one of them is outside. */
function sliced(value: FieldValue, slices: readonly Slice[]): Uint8Array | null {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (!(bytes instanceof Uint8Array)) return null;
  const parts: Uint8Array[] = [];
  for (const { start, length } of slices) {
    const from = start < 0 ? bytes.length + start : start;
    const to = length === null ? bytes.length : from + length;
    if (from < 0 || to > bytes.length || from >= bytes.length || to < from) return null;
    parts.push(bytes.subarray(from, to));
  }
  return parts.length === 1 ? (parts[0] ?? null) : new Uint8Array(Buffer.concat(parts));
}

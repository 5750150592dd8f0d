import { wholePacket } from '../../../capture/datagram.ts';
import type { Call } from '../../../src/sockets/call.ts';
import { queuesOf } from '../../../src/timeline/call-queues.ts';
import { words } from '../../../src/words/words.ts';
import { type FieldNode, fieldTree } from '../../field-tree.ts';
import { printable } from '../../ladder/glyphs.ts';
import { duration } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import { ContentBuilder, type PaneContent } from '../pane-content.ts';
import { line, span, spans, type UiLine, type UiSpan } from '../style.ts';

const NAME_WIDTH = 25;
/** Of header fields on a narrow screen: the longest of their names. */
const FIELD_WIDTH = 17;
const MOST_BYTES = 4096;

interface Shape {
  /** Columns of the fields; the bytes stand to the right of them. */
  readonly left: number;
  /** Bytes on a line. */
  readonly bytes: number;
}

/** Header fields to the left, bytes to the right; the bytes of the field under the cursor are marked. */
export function detailsContent(
  document: Document,
  selected: number,
  at: number,
  width: number,
  height: number,
): PaneContent {
  const row = document.timeline.row(selected);
  if (row.kind !== 'packet') {
    const call = document.session.calls[row.call];
    return callContent(call, width);
  }
  const bytes = wholePacket(document.session.capture, row.packet).slice(0, MOST_BYTES);
  const nodes = fieldTree(document.session, row.packet);
  const shape = width >= 140 ? { left: 64, bytes: 16 } : { left: width - 41, bytes: 8 };
  const chosen = nodes[Math.min(at, nodes.length - 1)];
  const content = new ContentBuilder();
  for (const node of nodes) content.add(spans(fieldSpans(node, shape.left)));
  // The bytes move along with the cursor, so that those of the chosen field are in sight.
  const first = firstByteLine(chosen, shape, bytes.length, height);
  const beside = { left: shape.left, lines: byteLines(bytes, chosen, shape, first, height) };
  return { ...content.done(words().screen.panes.details), beside };
}

function fieldSpans(node: FieldNode, width: number): UiSpan[] {
  const head =
    node.depth === 0 ? ` ${node.name}` : `   ${node.name.padEnd(width < 50 ? FIELD_WIDTH : NAME_WIDTH)}`;
  const style = node.depth === 0 ? 'title' : 'label';
  const text = `${node.depth === 0 ? '  ' : ' '}${node.value}`;
  return [span(head.slice(0, width), style), span(text, node.depth === 0 ? 'label' : 'value')];
}

function firstByteLine(
  chosen: FieldNode | undefined,
  { bytes }: Shape,
  length: number,
  height: number,
): number {
  const at = Math.floor((chosen?.at ?? 0) / bytes);
  const all = Math.ceil(length / bytes);
  return Math.max(0, Math.min(at - Math.floor(height / 3), all - height));
}

/** Lines of offset, hex and text. What is not printable ASCII is a dot: nothing of a payload reaches the terminal. */
export function byteLines(
  bytes: Uint8Array,
  chosen: FieldNode | undefined,
  shape: Shape,
  first: number,
  height: number,
): UiLine[] {
  const lines: UiLine[] = [];
  const isMarked = (at: number): boolean =>
    chosen !== undefined && at >= chosen.at && at < chosen.at + chosen.length;
  for (let start = first * shape.bytes; start < bytes.length && lines.length < height; start += shape.bytes) {
    const parts: UiSpan[] = [span(start.toString(16).padStart(4, '0'), 'label'), span('  ')];
    const text: UiSpan[] = [];
    for (let index = 0; index < shape.bytes; index++) {
      const at = start + index;
      const byte = bytes[at];
      const style = isMarked(at) ? 'hit' : byte === 0 ? 'dim' : 'plain';
      const glue = isMarked(at) && isMarked(at + 1) && index < shape.bytes - 1 ? 'hit' : 'plain';
      parts.push(
        span(
          byte === undefined ? '  ' : byte.toString(16).padStart(2, '0'),
          byte === undefined ? 'plain' : style,
        ),
      );
      parts.push(span(' ', glue));
      const char = byte === undefined ? ' ' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
      text.push(span(char, byte === undefined ? 'plain' : style));
    }
    lines.push(spans([...parts, span(' '), ...text]));
  }
  return lines;
}

function callContent(call: Call | undefined, width: number): PaneContent {
  const content = new ContentBuilder();
  const add = (name: string, value: string | number | null): void => {
    if (value === null || value === '') return;
    const shown = printable(String(value), false).slice(0, Math.max(8, width - NAME_WIDTH - 6));
    content.add(spans([span(`   ${name.padEnd(NAME_WIDTH)}`, 'label'), span(` ${shown}`, 'value')]));
  };
  if (call === undefined) return content.done(words().screen.panes.details);
  content.add(line(` ${call.name}`, 'title'));
  const said = words().details.call;
  add(said.role, words().details.whose(call.role, call.pid, call.thread));
  add(said.descriptor, call.fd);
  for (const [name, value] of Object.entries(call.args)) add(said.argument(name), value);
  add(said.asked, call.length);
  add(said.returned, call.ret === null ? said.notYet : call.ret);
  add('errno', call.errno);
  add(said.took, call.exitNs === null ? null : duration(call.exitNs - call.enterNs));
  add(said.socket, call.socket);
  add(said.made, call.created);
  add(said.local, call.local);
  add(said.remote, call.remote);
  add(said.first, call.offset);
  const { sendQueue, recvQueue, measured } = queuesOf(call);
  add(said.sendQueue(measured), sendQueue);
  add(said.recvQueue(measured), recvQueue);
  if (call.source !== null) add(said.source, `${call.source.file}:${call.source.line}`);
  for (const [name, value] of Object.entries(call.tcpInfo ?? {})) add(`TCP_INFO ${name}`, value);
  if (call.data !== null && call.data.length > 0) {
    content.add(line(` ${said.data}`, 'title'));
    for (const each of byteLines(
      call.data.subarray(0, 512),
      undefined,
      { left: 0, bytes: width >= 80 ? 16 : 8 },
      0,
      32,
    ))
      content.add(spans([span('   '), ...each.spans]));
  }
  return content.done(words().screen.panes.details);
}

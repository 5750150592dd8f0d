import type { Capture } from '../../capture/capture.ts';
import { frameNumber } from '../../capture/fields.ts';
import type { ConvertOptions } from '../cli/convert-options.ts';

/** What was asked for by number or time and is not in the capture, one sentence each: the file would only be smaller. */
export function* nothingMatches(
  capture: Capture,
  { from, to, packets, conversation }: Pick<ConvertOptions, 'from' | 'to' | 'packets' | 'conversation'>,
): Generator<string> {
  const { columns, flows } = capture;
  const last = columns.length === 0 ? 0 : frameNumber(capture, columns.length - 1);
  for (const [first] of packets)
    if (first > last) yield `there is no packet ${first}: the last one is ${last}`;
  if (from !== null && to !== null && from.relative === to.relative && from.ns >= to.ns)
    yield '--from is not before --to: no packet is between them';
  if (conversation === null) return;
  const protocol = conversation.protocol === 'tcp' ? 1 : 2;
  for (let flow = 0; flow < flows.length; flow++) {
    const found = flows.get(flow);
    if (found.protocol === protocol && found.stream === conversation.stream) return;
  }
  yield `there is no conversation ${conversation.protocol}:${conversation.stream}`;
}

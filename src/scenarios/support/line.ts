import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { giveUp, must } from './must.ts';
import { quickAck, recvSize, type Side } from './tune.ts';

const LONGEST = 1 << 20;
const LINE_END = 0x0a;

/** Reads up to a line end, in as many recvs as it takes; the line without its end. Bytes behind it are an error here. */
export function readLine(s: Socket, parameters: Parameters, role: RoleContext, side: Side): string {
  const parts: Buffer[] = [];
  for (let length = 0; length < LONGEST; ) {
    quickAck(s, parameters, role);
    const data = must(role, 'recv', s.recv(recvSize(parameters, side)));
    if (data.length === 0) return giveUp(role, 'the stream ended before the line did');
    parts.push(Buffer.from(data));
    length += data.length;
    if (data.at(-1) === LINE_END) return Buffer.concat(parts).toString('utf8', 0, length - 1);
    if (data.includes(LINE_END)) return giveUp(role, 'more came than one line');
  }
  return giveUp(role, `no line end in ${LONGEST} bytes`);
}

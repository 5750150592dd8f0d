import type { ReasonCells } from './reason-table.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';

/** Why nobody listens on a port that a socket of the run has, or where one listens at another time, as the `detail` of a reason. */
export const DESERTED = { closed: 1, ended: 2, notYet: 3, onlyBound: 4 } as const;

/** The call that proves that nobody listened when this came, and how; null where no socket of the run ever was there. */
export function deserted(
  { ends, columns, lastSign }: TcpScene,
  { row, ns }: Pick<Segment, 'row' | 'ns'>,
): ReasonCells | null {
  const flow = columns.flow[row] ?? 0;
  const listener = ends.listeners[flow] ?? null;
  // A process that ends closes its sockets without a call.
  if (listener !== null)
    return lastSign(listener.socket.role) < ns ? { call: listener.listen, detail: DESERTED.ended } : null;
  const absent = ends.deserted[flow] ?? null;
  if (absent === null) return null;
  if (absent.isOnlyBound) return { call: absent.listen, detail: DESERTED.onlyBound };
  return absent.until < ns && absent.close !== null
    ? { call: absent.close, detail: DESERTED.closed }
    : { call: absent.listen, detail: DESERTED.notYet };
}

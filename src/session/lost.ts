import type { Session } from './session.ts';

const found = new WeakMap<Session, ReadonlySet<number>>();

/** The rows of the packets that the lab's loss rule dropped after they were captured: the packets of run.lost. */
export function lostRows(session: Session): ReadonlySet<number> {
  const known = found.get(session);
  if (known !== undefined) return known;
  const rows = findRows(session);
  found.set(session, rows);
  return rows;
}

/** Packet ids count the rows of the live capture from 1; a file that was sorted, merged or cut has them elsewhere. */
function findRows({ capture, run }: Session): ReadonlySet<number> {
  const ids = new Set(run?.lost ?? []);
  const rows = new Set<number>();
  if (ids.size === 0) return rows;
  for (let row = 0; row < capture.columns.length; row++) {
    const { packetId } = capture.packetOptions(row);
    if (ids.has(packetId === null ? row + 1 : Number(packetId))) rows.add(row);
  }
  return rows;
}

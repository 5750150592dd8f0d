import type { Call } from '../sockets/call.ts';
import { at } from './at.ts';
import { hasFlag, isReceive } from './call-kinds.ts';
import type { CallRanges } from './call-ranges.ts';
import type { Pieces } from './reassembly.ts';
import type { TcpScene } from './tcp-scene.ts';
import type { Side, SideCalls } from './tcp-side.ts';

/** Errors by which a call tells that a reset had come. */
const RESET_ERRORS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED']);

/** Links what arrived at one end with the calls that took it, and with those that it made return. */
export function linkReceived(scene: TcpScene, side: Side): void {
  const own = side.calls;
  if (own === null) return;
  linkBytes(scene, side.pieces, own.receives);
  for (const index of own.end.calls) {
    const call = scene.calls[index];
    if (call === undefined || call.exitNs === null) continue;
    if (call.ret === -1 && call.errno !== null && RESET_ERRORS.has(call.errno)) linkReset(scene, side, index);
    else if (isReceive(call)) linkEndOrPeek(scene, side, own, index);
  }
}

/** Both lists become sorted by offset; then each receive meets the pieces that it took in one pass. */
function linkBytes({ links, clock, calls }: TcpScene, pieces: Pieces, receives: CallRanges): void {
  const order = streamOrder(pieces);
  let place = 0;
  for (let index = 0; index < receives.length; index++) {
    const from = at(receives.from, index);
    const to = at(receives.to, index);
    const call = at(receives.call, index);
    while (place < order.length && at(pieces.to, at(order, place)) <= from) place++;
    let awaited = -1;
    for (let next = place; next < order.length && at(pieces.from, at(order, next)) < to; next++) {
      const piece = at(order, next);
      const row = at(pieces.row, piece);
      links.add(
        'consumes',
        call,
        row,
        Math.max(from, at(pieces.from, piece)),
        Math.min(to, at(pieces.to, piece)),
      );
      if (awaited < 0 || waitsForAll(calls[call])) awaited = row;
    }
    // It had waited for its first byte; bytes that were there already made nothing return.
    const ns = at(clock.packets, awaited);
    if (awaited >= 0 && ns >= at(clock.enters, call) && ns <= at(clock.exits, call))
      links.add('completes', call, awaited);
  }
}

function waitsForAll(call: Call | undefined): boolean {
  return call !== undefined && hasFlag(call, 'MSG_WAITALL');
}

function streamOrder(pieces: Pieces): Uint32Array {
  const order = Uint32Array.from({ length: pieces.row.length }, (_, index) => index);
  for (let index = 1; index < order.length; index++) {
    if (at(pieces.from, index) < at(pieces.from, index - 1)) {
      return order.sort((x, y) => at(pieces.from, x) - at(pieces.from, y));
    }
  }
  return order;
}

function linkReset({ links, clock }: TcpScene, side: Side, index: number): void {
  const row = side.resetRow;
  if (row >= 0 && at(clock.packets, row) <= at(clock.exits, index)) links.add('completes', index, row);
}

/** A receive that returned 0 saw the FIN; a peek saw bytes that stay where they are. */
function linkEndOrPeek(scene: TcpScene, side: Side, own: SideCalls, index: number): void {
  const { calls, links, clock } = scene;
  const call = calls[index];
  if (call === undefined) return;
  const exit = at(clock.exits, index);
  if (
    call.ret === 0 &&
    call.length !== 0 &&
    side.heardFinRow >= 0 &&
    at(clock.packets, side.heardFinRow) <= exit
  ) {
    links.add('completes', index, side.heardFinRow);
  } else if ((call.ret ?? 0) > 0 && hasFlag(call, 'MSG_PEEK')) {
    const next = own.receives.call.findIndex((taken) => taken > index);
    const offset = next < 0 ? at(own.receives.to, own.receives.length - 1) : at(own.receives.from, next);
    const piece = side.pieces.to.findIndex(
      (to, place) => to > offset && at(side.pieces.from, place) <= offset,
    );
    const row = piece < 0 ? -1 : at(side.pieces.row, piece);
    if (row >= 0 && at(clock.packets, row) >= at(clock.enters, index) && at(clock.packets, row) <= exit) {
      links.add('completes', index, row);
    }
  }
}

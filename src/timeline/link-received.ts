import type { Call } from '../sockets/call.ts';
import { hasFlag, isReceive } from './call-kinds.ts';
import type { CallRanges } from './call-ranges.ts';
import type { Pieces } from './reassembly.ts';
import type { TcpScene } from './tcp-scene.ts';
import type { Side, SideCalls } from './tcp-side.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** Errors by which a call tells that a reset had come. */
const RESET_ERRORS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED']);

/** Links what arrived at one end with the calls that took it, and with those that it made return; in steps. */
export function* linkReceived(scene: TcpScene, side: Side): Generator<void, void> {
  const own = side.calls;
  if (own === null) return;
  yield* linkBytes(scene, side.pieces, own.receives);
  for (const [place, index] of own.end.calls.entries()) {
    if (place % CALLS_A_STEP === 0) yield;
    const call = scene.calls[index];
    if (call === undefined || call.exitNs === null) continue;
    if (call.ret === -1 && call.errno !== null && RESET_ERRORS.has(call.errno)) linkReset(scene, side, index);
    else if (isReceive(call)) linkEndOrPeek(scene, side, own, index);
  }
}

/** Both lists become sorted by offset; then each receive meets the pieces that it took in one pass. */
function* linkBytes(
  { links, clock, calls }: TcpScene,
  pieces: Pieces,
  receives: CallRanges,
): Generator<void, void> {
  const order = streamOrder(pieces);
  let place = 0;
  for (let index = 0; index < receives.length; index++) {
    if (index % CALLS_A_STEP === 0) yield;
    const from = receives.from[index] ?? 0;
    const to = receives.to[index] ?? 0;
    const call = receives.call[index] ?? 0;
    while (place < order.length && (pieces.to[order[place] ?? 0] ?? 0) <= from) place++;
    let awaited = -1;
    for (let next = place; next < order.length && (pieces.from[order[next] ?? 0] ?? 0) < to; next++) {
      const piece = order[next] ?? 0;
      const row = pieces.row[piece] ?? 0;
      links.add(
        'consumes',
        call,
        row,
        Math.max(from, pieces.from[piece] ?? 0),
        Math.min(to, pieces.to[piece] ?? 0),
      );
      if (awaited < 0 || waitsForAll(calls[call])) awaited = row;
    }
    // It had waited for its first byte; bytes that were there already made nothing return.
    const ns = clock.packets[awaited] ?? 0;
    if (awaited >= 0 && ns >= (clock.enters[call] ?? 0) && ns <= (clock.exits[call] ?? 0))
      links.add('completes', call, awaited);
  }
}

function waitsForAll(call: Call | undefined): boolean {
  return call !== undefined && hasFlag(call, 'MSG_WAITALL');
}

function streamOrder(pieces: Pieces): Uint32Array {
  const order = Uint32Array.from({ length: pieces.row.length }, (_, index) => index);
  for (let index = 1; index < order.length; index++) {
    if ((pieces.from[index] ?? 0) < (pieces.from[index - 1] ?? 0)) {
      return order.sort((x, y) => (pieces.from[x] ?? 0) - (pieces.from[y] ?? 0));
    }
  }
  return order;
}

function linkReset({ links, clock }: TcpScene, side: Side, index: number): void {
  const row = side.resetRow;
  const ns = (clock.packets[row] ?? 0) - clock.slackNs;
  if (row >= 0 && ns <= (clock.exits[index] ?? 0)) links.add('completes', index, row);
}

/** A receive that returned 0 saw the FIN; a peek saw bytes that stay where they are. */
function linkEndOrPeek(scene: TcpScene, side: Side, own: SideCalls, index: number): void {
  const { calls, links, clock } = scene;
  const call = calls[index];
  if (call === undefined) return;
  const exit = clock.exits[index] ?? 0;
  if (
    call.ret === 0 &&
    call.length !== 0 &&
    side.heardFinRow >= 0 &&
    (clock.packets[side.heardFinRow] ?? 0) - clock.slackNs <= exit
  ) {
    links.add('completes', index, side.heardFinRow);
  } else if ((call.ret ?? 0) > 0 && hasFlag(call, 'MSG_PEEK')) {
    const next = own.receives.call.findIndex((taken) => taken > index);
    const offset =
      next < 0 ? (own.receives.to[own.receives.length - 1] ?? 0) : (own.receives.from[next] ?? 0);
    const piece = side.pieces.to.findIndex(
      (to, place) => to > offset && (side.pieces.from[place] ?? 0) <= offset,
    );
    const row = piece < 0 ? -1 : (side.pieces.row[piece] ?? 0);
    if (
      row >= 0 &&
      (clock.packets[row] ?? 0) >= (clock.enters[index] ?? 0) &&
      (clock.packets[row] ?? 0) <= exit
    ) {
      links.add('completes', index, row);
    }
  }
}

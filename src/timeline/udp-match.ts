import type { Capture } from '../../capture/capture.ts';
import type { Call } from '../sockets/call.ts';
import type { Endpoint } from './addresses.ts';
import { bindFits, parseEndpoint } from './addresses.ts';
import { hasFlag } from './call-kinds.ts';
import type { Clock } from './clock.ts';
import { type Datagram, namedEndpoint, offsetInDatagram } from './udp-datagrams.ts';
import { receiverFit, senderFit, type UdpSocket } from './udp-sockets.ts';

interface Scene {
  readonly capture: Capture;
  readonly calls: readonly Call[];
  readonly clock: Clock;
}

/** Finds the send of each datagram: in order for each socket, by destination, length and content, never before its entry. */
export function matchSends(
  scene: Scene,
  datagrams: readonly Datagram[],
  sockets: readonly UdpSocket[],
): void {
  const taken = new Set<number>();
  const next = new Map<UdpSocket, number>();
  for (const datagram of datagrams) {
    for (const socket of sockets) {
      if (!senderFit(socket, datagram.source, datagram.sentNs)) continue;
      const send = sendOf(scene, datagram, socket, next.get(socket) ?? 0, taken);
      if (send === null) continue;
      datagram.send = send;
      taken.add(send);
      next.set(socket, firstOpen(scene, socket, next.get(socket) ?? 0, send, taken));
      break;
    }
  }
}

function sendOf(
  scene: Scene,
  datagram: Datagram,
  socket: UdpSocket,
  start: number,
  taken: ReadonlySet<number>,
): number | null {
  const { calls, clock } = scene;
  let first: number | null = null;
  for (let place = start; place < socket.sends.length; place++) {
    const index = socket.sends[place] ?? 0;
    if ((clock.enters[index] ?? 0) > datagram.sentNs) break;
    const call = calls[index];
    if (call === undefined || taken.has(index) || !sendFits(scene, call, datagram)) continue;
    // It leaves within its call, unless the link is shaped; then the queue keeps the order.
    if (datagram.sentNs - clock.slackNs <= (clock.exits[index] ?? 0)) return index;
    first ??= index;
  }
  return first;
}

function sendFits(scene: Scene, call: Call, datagram: Datagram): boolean {
  if ((call.ret ?? call.length) !== datagram.length) return false;
  const destination = namedEndpoint(call.remote, call.args);
  if (destination !== null && bindFits(destination, datagram.destination) === 0) return false;
  return call.data === null || samePrefix(scene.capture, datagram, call.data);
}

/** Sends before the one just matched that had returned before it was entered have no packet any more: order is kept. */
function firstOpen(
  { clock }: Scene,
  { sends }: UdpSocket,
  start: number,
  matched: number,
  taken: ReadonlySet<number>,
): number {
  let place = start;
  while (place < sends.length) {
    const index = sends[place] ?? 0;
    if (!taken.has(index) && (index > matched || (clock.exits[index] ?? 0) >= (clock.enters[matched] ?? 0)))
      break;
    place++;
  }
  return place;
}

/**
 * Finds who took each datagram. A receive queue is first in, first out: a datagram that a later one of the same sender
 * overtook was never in it, so it had been dropped at the socket.
 */
export function matchReceives(
  scene: Scene,
  datagrams: readonly Datagram[],
  sockets: readonly UdpSocket[],
  isOutsider: (destination: Endpoint) => boolean,
): void {
  const queues = new Map<UdpSocket, Datagram[]>();
  for (const datagram of datagrams) {
    if (datagram.fate === 'damaged') continue;
    if (datagram.lost || !datagram.complete) {
      datagram.fate = datagram.lost ? 'lost' : 'unknown';
      continue;
    }
    const receivers = receiversOf(datagram, sockets);
    for (const socket of receivers) {
      const queue = queues.get(socket);
      if (queue === undefined) queues.set(socket, [datagram]);
      else queue.push(datagram);
    }
    if (receivers.length === 0)
      datagram.fate =
        datagram.icmp !== null ? 'refused' : isOutsider(datagram.destination) ? 'outsider' : 'unknown';
  }
  for (const [socket, queue] of queues) {
    queue.sort((x, y) => x.arrivedNs - y.arrivedNs);
    matchQueue(scene, socket, queue);
  }
}

function receiversOf(datagram: Datagram, sockets: readonly UdpSocket[]): UdpSocket[] {
  const { destination, source, arrivedNs } = datagram;
  const fits = sockets.map((socket) => ({
    socket,
    fit: receiverFit(socket, destination, source, arrivedNs),
  }));
  const broadcast = destination.host.endsWith('.255.255.255') || destination.host === '255.255.255.255';
  if (broadcast) {
    return sockets.filter((socket) =>
      socket.names.some(({ local, ns }) => ns <= arrivedNs && local.port === destination.port),
    );
  }
  const best = Math.max(0, ...fits.map(({ fit }) => fit));
  return best === 0 ? [] : fits.filter(({ fit }) => fit === best).map(({ socket }) => socket);
}

/** Datagrams of two senders overtake each other between capture and socket, where two processors take them up. */
const OVERTAKEN_NS = 20e6;

function matchQueue(scene: Scene, { receives, until }: UdpSocket, queue: readonly Datagram[]): void {
  const settled = new Uint8Array(queue.length);
  let open = 0;
  let last = -1;
  for (const index of receives) {
    const call = scene.calls[index];
    if (call === undefined) continue;
    const found = findInQueue(
      scene,
      call,
      queue,
      settled,
      open,
      (scene.clock.exits[index] ?? 0) + scene.clock.slackNs,
    );
    const datagram = queue[found];
    if (datagram === undefined) continue;
    datagram.reads.push(index);
    datagram.fate = 'read';
    settled[found] = 1;
    last = Math.max(last, found);
    for (let place = open; place < found; place++) {
      const skipped = queue[place];
      if (skipped === undefined || settled[place] === 1 || mayStillCome(skipped, datagram)) continue;
      settled[place] = 1;
      giveUp(skipped, place);
    }
    while (settled[open] === 1) open++;
  }
  let absent = false;
  for (const [place, datagram] of queue.entries()) {
    if (settled[place] === 1) continue;
    // A process that ends closes its sockets without a call. What comes then is refused, also where the news was lost.
    absent ||= place > last && datagram.icmp !== null;
    if (place < last) giveUp(datagram, place);
    else if (datagram.fate === 'unknown')
      datagram.fate = absent ? 'refused' : datagram.arrivedNs > until ? 'closed' : 'unread';
  }
}

/** Whether a datagram that was seen before one that was read may have been overtaken by it: never one of the same sender. */
function mayStillCome(skipped: Datagram, read: Datagram): boolean {
  return skipped.flow !== read.flow && read.arrivedNs - skipped.arrivedNs <= OVERTAKEN_NS;
}

/** The first of all finds the buffer empty: something else turned it away. */
function giveUp(datagram: Datagram, place: number): void {
  if (datagram.fate === 'unknown') datagram.fate = place > 0 ? 'full' : 'dropped';
}

function findInQueue(
  scene: Scene,
  call: Call,
  queue: readonly Datagram[],
  settled: Uint8Array,
  start: number,
  exit: number,
): number {
  const from = parseEndpoint(call.remote);
  for (let place = start; place < queue.length; place++) {
    const datagram = queue[place];
    if (datagram === undefined || datagram.arrivedNs > exit) return -1;
    if (settled[place] === 1) continue;
    if (from !== null && (from.port !== datagram.source.port || from.host !== datagram.source.host)) continue;
    const cut = hasFlag(call, 'MSG_TRUNC')
      ? datagram.length
      : Math.min(datagram.length, call.length ?? datagram.length);
    if (call.ret !== cut) continue;
    if (call.data === null || samePrefix(scene.capture, datagram, call.data)) return place;
  }
  return -1;
}

/** Whether the datagram begins with these bytes, as far as both were kept. */
function samePrefix(capture: Capture, datagram: Datagram, data: Uint8Array): boolean {
  for (const row of datagram.rows) {
    const start = offsetInDatagram(capture, row);
    if (start >= data.length) continue;
    const frame = capture.frame(row);
    const payload = capture.columns.payloadAt[row] ?? 0;
    const length = Math.min(
      capture.columns.payloadLen[row] ?? 0,
      data.length - start,
      frame.length - payload,
    );
    for (let offset = 0; offset < length; offset++) {
      if ((frame[payload + offset] ?? 0) !== (data[start + offset] ?? 0)) return false;
    }
  }
  return true;
}

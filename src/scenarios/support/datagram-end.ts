import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address, Received, Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { clientName, domain, serverAddress } from './address.ts';
import { giveUp, must, opened } from './must.ts';
import { recvSize, type Side, setBuffers } from './tune.ts';

/** How often a datagram is sent again before its sender gives up. */
export const TRIES = 200;
/** Whoever steps through the calls with keys takes minutes for what the network does in microseconds. */
export const A_PERSON_MS = 3_600_000;
const BYE = Buffer.from('bye');

/** What a side of a datagram transfer has counted. */
export interface Counts {
  /** Every datagram, those of the end included. */
  datagrams: number;
  again: number;
}

/** A bound socket for the server; for a client one that knows how long an answer may take. */
export function datagramSocket(parameters: Parameters, role: RoleContext, side: Side): Socket {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, side, role);
  const name = side === 'server' ? serverAddress(parameters) : clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  if (side === 'client') must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(answerTime(parameters)));
  return s;
}

/** How long to wait for an answer before sending again, in ms: more than the way there and back takes. */
export function answerTime(parameters: Parameters): number {
  const given = parameters.optionalNumber('timeout');
  if (given === null && parameters.flag('step')) return A_PERSON_MS;
  return given ?? 50 + 4 * (parameters.optionalNumber('delay') ?? 0);
}

/**
 * Sends a datagram until `isAnswer` finds its answer, and sends it again when none came in time. Any answer but the right
 * one is an old one, come late, and must not make us send again: each copy would make another (RFC 1123 section 4.2.3.1).
 */
export function sendUntilAnswered(
  s: Socket,
  datagram: Uint8Array,
  isAnswer: (data: Buffer) => boolean,
  parameters: Parameters,
  role: RoleContext,
  counts: Counts,
): void {
  const size = recvSize(parameters, 'client');
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    must(role, 'sendto', s.sendto(datagram, serverAddress(parameters)));
    counts.datagrams += 1;
    if (attempt > 0) counts.again += 1;
    for (;;) {
      const got = s.recvfrom(size);
      if (!got.ok && got.errno === 'EAGAIN') break;
      if (isAnswer(must(role, 'recvfrom', got).data)) return;
    }
  }
  giveUp(role, `no answer to a datagram that was sent ${TRIES} times`);
}

/** The client's last word, sent once and not answered: it only spares the server the wait for another copy of the end. */
export function sayBye(s: Socket, parameters: Parameters, role: RoleContext, counts: Counts): void {
  must(role, 'sendto', s.sendto(BYE, serverAddress(parameters)));
  counts.datagrams += 1;
}

/**
 * Answers the end of the file, and goes on to answer it until the client has said bye: the answer may have been lost. When
 * the bye is lost too, silence for ten times the client's patience says the same.
 */
export function answerEnd(
  s: Socket,
  from: Address,
  answer: Uint8Array,
  parameters: Parameters,
  role: RoleContext,
  counts: Counts,
): void {
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(10 * answerTime(parameters)));
  for (;;) {
    must(role, 'sendto', s.sendto(answer, from));
    const got = s.recvfrom(recvSize(parameters, 'server'));
    if (!got.ok && got.errno === 'EAGAIN') return;
    counts.datagrams += 1;
    if (must<Received>(role, 'recvfrom', got).data.equals(BYE)) return;
    counts.again += 1;
  }
}

import { type Check, decide, fails, untold } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { countedNote, found, notOurs, RESETS_COUNTED, tell, withStranger } from './tools.ts';

/** What is to be seen of a connection that is reset in this way. */
export function resetChecks(parameters: Parameters): readonly Check[] {
  if (!playsBoth(parameters)) return withStranger(parameters, ofOneSide(parameters));
  switch (parameters.text('how')) {
    case 'unread':
      return [RST_FOR_UNREAD, READER_IS_TOLD, aborts('TcpExtTCPAbortOnClose', 'rst-unread'), RESETS_COUNTED];
    case 'linger':
      return [
        RST_FOR_LINGER,
        BLOCKED_READER_IS_TOLD,
        aborts('TcpExtTCPAbortOnData', 'rst-linger'),
        RESETS_COUNTED,
      ];
    default:
      return [FIRST_SEND_SUCCEEDS, WRITER_IS_TOLD, RESETS_COUNTED];
  }
}

/** What depends on no stranger: the client's own SO_LINGER, and the count of resets where it is the server that sends them. */
function ofOneSide(parameters: Parameters): readonly Check[] {
  if (plays(parameters, 'server')) return [RESETS_COUNTED];
  return parameters.text('how') === 'linger' ? [RST_FOR_LINGER] : [];
}

const RST_FOR_UNREAD: Check = {
  text: tell(
    'The server’s close sends RST instead of FIN, because bytes that it never read lay in its receive buffer.',
    'El close del servidor envía RST en vez de FIN, porque en su búfer de recepción quedaban bytes que no llegó a leer.',
    'El close del servidor envia RST en comptes de FIN, perquè al seu buffer de recepció quedaven bytes que no va arribar a llegir.',
  ),
  test(run) {
    const fins = run.packets({ from: 'server', flags: 'FIN' });
    if (fins.length > 0) return fails(tell('it sent a FIN', 'envió un FIN', 'va enviar un FIN'), fins);
    return found(run, run.packets({ from: 'server', reason: 'rst-unread' }), NO_RESET);
  },
};

const RST_FOR_LINGER: Check = {
  text: tell(
    'With SO_LINGER and a time of 0 the client’s close sends RST instead of FIN: nothing waits, nothing is left in TIME_WAIT.',
    'Con SO_LINGER y un tiempo de 0 el close del cliente envía RST en vez de FIN: nada espera y nada queda en TIME_WAIT.',
    'Amb SO_LINGER i un temps de 0 el close del client envia RST en comptes de FIN: res no espera i res no queda en TIME_WAIT.',
  ),
  test(run) {
    const fins = run.packets({ from: 'client', flags: 'FIN' });
    if (fins.length > 0) return fails(tell('there is a FIN', 'hay un FIN', 'hi ha un FIN'), fins);
    return found(run, run.packets({ from: 'client', reason: 'rst-linger' }), NO_RESET);
  },
};

const READER_IS_TOLD: Check = {
  text: tell(
    'The client’s next recv fails with ECONNRESET; it is told once, and the recv after that returns 0.',
    'El siguiente recv del cliente falla con ECONNRESET; se dice una sola vez, y el recv que viene después devuelve 0.',
    'El recv següent del client falla amb ECONNRESET; es diu una sola vegada, i el recv que ve després retorna 0.',
  ),
  test(run) {
    const [first, second] = run.calls('client', 'recv');
    return decide(first?.errno === 'ECONNRESET' && second?.ret === 0, errnos(run, 'client'), first, second);
  },
};

const BLOCKED_READER_IS_TOLD: Check = {
  text: tell(
    'The recv in which the server waits is ended by the RST: ECONNRESET, not the 0 of an orderly end.',
    'El recv en que espera el servidor lo termina el RST: ECONNRESET, no el 0 de un final ordenado.',
    'El recv en què espera el servidor l’acaba el RST: ECONNRESET, no el 0 d’un final ordenat.',
  ),
  test(run) {
    const last = run.calls('server', 'recv').at(-1);
    const [reset] = run.packets({ from: 'client', flags: 'RST' });
    return decide(last?.errno === 'ECONNRESET', errnos(run, 'server'), last, reset);
  },
};

const FIRST_SEND_SUCCEEDS: Check = {
  text: tell(
    'The first send after the server’s close succeeds: it only copies. Its segment is answered by RST, for there is no socket any more.',
    'El primer send tras el close del servidor tiene éxito: solo copia. A su segmento se le contesta con RST, porque ya no hay socket.',
    'El primer send després del close del servidor té èxit: només copia. Al seu segment se li respon amb RST, perquè ja no hi ha socket.',
  ),
  test(run) {
    const [send] = run.calls('client', 'send');
    if (send === undefined || !send.ok) return fails(errnos(run, 'client'), send);
    const resets = run.packets({ from: 'server', reason: 'rst-closed' });
    return found(run, resets, NO_RESET, ...run.packetsOf(send, 'carries'));
  },
};

const WRITER_IS_TOLD: Check = {
  text: tell(
    'The second send fails with EPIPE, and puts nothing on the wire.',
    'El segundo send falla con EPIPE y no pone nada en la red.',
    'El segon send falla amb EPIPE i no posa res a la xarxa.',
  ),
  test(run) {
    const [, send] = run.calls('client', 'send');
    if (send === undefined) return untold(NO_RESET);
    return decide(
      send.errno === 'EPIPE' && run.packetsOf(send, 'carries').length === 0,
      errnos(run, 'client'),
      send,
    );
  },
};

/** The kernel’s own count of connections that it threw away for this cause: the resets of the ladder that have it as their reason. */
function aborts(name: string, reason: string): Check {
  const short = name.replace('TcpExt', '');
  return {
    text: tell(
      `The kernel names the cause: ${short} grew by 1.`,
      `El núcleo nombra la causa: ${short} creció en 1.`,
      `El nucli anomena la causa: ${short} va créixer en 1.`,
    ),
    test(run) {
      const counted = run.counter(name);
      const resets = run.packets({ reason });
      if (counted === null) return untold(notOurs(run));
      return decide(
        counted === 1 && resets.length === 1,
        countedNote(name, counted, resets.length),
        ...resets,
      );
    },
  };
}

function errnos(run: Evidence, role: string): Check['text'] {
  const ends = run
    .calls(role, ['send', 'recv'])
    .map(({ name, errno, ret }) => `${name} = ${errno ?? ret}`)
    .join(', ');
  return tell(ends, ends, ends);
}

const NO_RESET = tell('no such reset came', 'no llegó tal RST', 'no va arribar cap RST així');

import { type Check, decide, fails, holds, judging } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { isTcp } from '../support/inetd.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { ephemeralPort, NO_HANDSHAKE, ONE_SEND_ONE_DATAGRAM_ONE_RECV } from './datagram.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  END_IS_ZERO_BYTES,
  FIN_EACH_WAY,
  HANDSHAKE_IN_CONNECT,
  incomplete,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
} from './stream.ts';
import { tell } from './tools.ts';

/** Who ends a connection; 'reset': neither side by FIN alone. */
type Ends = 'server' | 'client' | 'reset';

/** What is to be seen of a service of inetd: handshake and end over TCP, datagrams alone over UDP. */
export function inetdChecks(parameters: Parameters, ends: Ends): readonly Check[] {
  return isTcp(parameters) ? tcpChecks(parameters, ends) : udpChecks(parameters);
}

function tcpChecks(parameters: Parameters, ends: Ends): readonly Check[] {
  const checks: Check[] = [];
  if (plays(parameters, 'client')) checks.push(HANDSHAKE_IN_CONNECT);
  if (plays(parameters, 'server')) checks.push(ACCEPT_AFTER_HANDSHAKE);
  if (ends === 'reset') return checks;
  checks.push(SENDS_AND_RECVS_HAVE_SEGMENTS);
  if (ends === 'client' && plays(parameters, 'server')) checks.push(END_IS_ZERO_BYTES);
  if (!playsBoth(parameters)) return checks;
  return [...checks, endsFirst(ends), FIN_EACH_WAY];
}

function udpChecks(parameters: Parameters): readonly Check[] {
  const checks = [NO_HANDSHAKE];
  if (plays(parameters, 'client')) checks.push(ephemeralPort('sendto', true));
  if (playsBoth(parameters) && parameters.number('loss') === 0) checks.push(ONE_SEND_ONE_DATAGRAM_ONE_RECV);
  return checks;
}

function endsFirst(side: 'server' | 'client'): Check {
  const text =
    side === 'server'
      ? tell(
          'The server closes first: its FIN says that there is no more to read.',
          'El servidor cierra primero: su FIN dice que no hay más que leer.',
          'El servidor tanca primer: el seu FIN diu que no hi ha res més per llegir.',
        )
      : tell(
          'The client closes first: its FIN ends the service.',
          'El cliente cierra primero: su FIN pone fin al servicio.',
          'El client tanca primer: el seu FIN posa fi al servei.',
        );
  return {
    text,
    test(run) {
      const firsts = run
        .connections('tcp')
        .flatMap(({ index }) => run.packets({ connection: index, flags: 'FIN' }).slice(0, 1));
      if (firsts.length === 0) return run.complete ? fails('') : incomplete(run);
      return decide(
        firsts.every(({ from }) => from === side),
        '',
        firsts,
      );
    },
  };
}

/** For services that never answer. */
export const SERVER_IS_SILENT: Check = {
  text: tell(
    'The server never sends a byte of its own: what it is sent is read and forgotten.',
    'El servidor no envía nunca ni un byte propio: lo que recibe se lee y se olvida.',
    'El servidor no envia mai ni un byte propi: el que rep es llegeix i s’oblida.',
  ),
  test(run) {
    const sends = run.calls('server', ['send', 'sendto', 'sendall']);
    const packets = run.packets({ from: 'server', data: true });
    if (sends.length > 0 || packets.length > 0) return fails('', sends, packets);
    const recvs = run.calls('server', ['recv', 'recvfrom']);
    return judging(recvs, () => holds(recvs));
  },
};

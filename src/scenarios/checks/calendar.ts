import { type Check, decide, fails, judging, untold } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  FIN_EACH_WAY,
  HANDSHAKE_IN_CONNECT,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
} from './stream.ts';
import { tell } from './tools.ts';

/** What is to be seen of a server that ends when a signal comes. */
export function calendarChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [SENDS_AND_RECVS_HAVE_SEGMENTS];
  if (plays(parameters, 'server')) checks.unshift(ACCEPT_AFTER_HANDSHAKE);
  if (plays(parameters, 'client')) checks.unshift(HANDSHAKE_IN_CONNECT);
  if (plays(parameters, 'server')) checks.push(DETACHED);
  if (!playsBoth(parameters)) return checks;
  return [...checks, FIN_EACH_WAY, INTERRUPTED, PEERS_ARE_THE_CLIENTS];
}

const DETACHED: Check = {
  text: tell(
    'The server has a session of its own: no Ctrl-C at a terminal reaches it, only kill does.',
    'El servidor tiene una sesión propia: ningún Ctrl-C de un terminal le llega, solo kill.',
    'El servidor té una sessió pròpia: cap Ctrl-C d’un terminal no li arriba, només kill.',
  ),
  test: (run) => decide(run.report('server', 'own session') === true, '', run.calls('server', 'socket')),
};

const INTERRUPTED: Check = {
  text: tell(
    'The signal interrupts the accept in which the server waits: it fails with EINTR, and no packet has to do with it.',
    'La señal interrumpe el accept en el que espera el servidor: falla con EINTR, y ningún paquete tiene que ver con ello.',
    'El senyal interromp l’accept en què espera el servidor: falla amb EINTR, i cap paquet no hi té res a veure.',
  ),
  test(run) {
    const broken = run.calls('server', 'accept').filter(({ errno }) => errno === 'EINTR');
    if (broken.length > 0)
      return decide(
        broken.every((accept) => run.packetsOf(accept).length === 0),
        '',
        broken,
      );
    return run.exit('server') === 0 ? untold(BETWEEN) : fails('', run.calls('server', 'accept'));
  },
};

const PEERS_ARE_THE_CLIENTS: Check = {
  text: tell(
    'What the server knows of its peers is what accept gave it: their addresses, in the order of its accepts.',
    'Lo que el servidor sabe de sus clientes es lo que le dio accept: sus direcciones, en el orden de los accept.',
    'El que el servidor sap dels seus clients és el que li va donar accept: les seves adreces, en l’ordre dels accept.',
  ),
  test(run) {
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    const served = run.report('server', 'served');
    const peers = run.report('server', 'peers');
    const hosts = accepts.map(({ remote }) => (remote ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
    const connects = run.calls('client', 'connect').filter(({ ok }) => ok);
    const note = tell(hosts.join(' '), hosts.join(' '), hosts.join(' '));
    const isSame =
      (served === undefined || served === accepts.length) &&
      (peers === undefined || peers === hosts.join(' '));
    return judging([...accepts, ...connects], () =>
      decide(isSame && connects.length === accepts.length, note, accepts, connects),
    );
  },
};

const BETWEEN = tell(
  'the signal came between two calls',
  'la señal llegó entre dos llamadas',
  'el senyal va arribar entre dues crides',
);

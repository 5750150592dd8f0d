import { type Check, decide, fails, judging, untold } from '../check.ts';
import type { ConnectionSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { incomplete } from './stream.ts';
import { countedNote, found, isUndisturbed, notOurs, RESETS_COUNTED, tell } from './tools.ts';

/** What the binds of the restarted server give, one after the other: without the option, then with it. */
export function expectedBinds(parameters: Parameters): readonly string[] {
  const how = parameters.text('how');
  if (how === 'client' || how === 'reset') return ['0'];
  return ['EADDRINUSE', parameters.text('first') === 'reuseaddr' ? '0' : 'EADDRINUSE'];
}

/** Whether the server comes to serve a second client. */
export const isRestarted = (parameters: Parameters): boolean => expectedBinds(parameters).at(-1) === '0';

/** What is to be seen of a server that is started again. */
export function timeWaitChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [bindsGive(expectedBinds(parameters))];
  const how = parameters.text('how');
  if (how === 'server') checks.push(stateOf('server'), IN_THE_WAY);
  if (how === 'client') checks.push(stateOf('client'));
  if (how === 'open') checks.push(OPEN_IN_THE_WAY);
  if (how === 'reset') checks.push(RESET_LEAVES_NOTHING, RESETS_COUNTED);
  // A packet that is lost or late may leave a socket in another state when the run ends.
  return isUndisturbed(parameters) ? [...checks, KERNEL_COUNTS_THEM] : checks;
}

function bindsGive(expected: readonly string[]): Check {
  return {
    text: BINDS[expected.join(' ')] ?? '',
    test(run) {
      const [, ...binds] = run.calls('server', 'bind');
      const got = binds.map(({ errno }) => errno ?? '0');
      return decide(got.join(' ') === expected.join(' '), `bind: ${got.join(', ')}`, binds);
    },
  };
}

const BINDS: Readonly<Record<string, Check['text']>> = {
  '0': tell(
    'The server can be started again at once, without SO_REUSEADDR: nothing has its port.',
    'El servidor se puede volver a arrancar enseguida, sin SO_REUSEADDR: nada tiene su puerto.',
    'El servidor es pot tornar a engegar de seguida, sense SO_REUSEADDR: res no té el seu port.',
  ),
  'EADDRINUSE 0': tell(
    'Started again without SO_REUSEADDR, bind fails with EADDRINUSE; with it, bind succeeds.',
    'Al volver a arrancar sin SO_REUSEADDR, bind falla con EADDRINUSE; con la opción activada, bind tiene éxito.',
    'En tornar a engegar sense SO_REUSEADDR, bind falla amb EADDRINUSE; amb l’opció activada, bind té èxit.',
  ),
  'EADDRINUSE EADDRINUSE': tell(
    'bind fails with EADDRINUSE, also with SO_REUSEADDR: on Linux the socket in the way must have it as well.',
    'bind falla con EADDRINUSE, también con SO_REUSEADDR: en Linux el socket que estorba también debe tenerla.',
    'bind falla amb EADDRINUSE, també amb SO_REUSEADDR: a Linux el socket que fa nosa també l’ha de tenir.',
  ),
};

function stateOf(side: 'client' | 'server'): Check {
  return {
    text: STAYS[side],
    test(run) {
      const [first] = run.connections('tcp');
      if (first === undefined) return run.complete ? fails('') : incomplete(run);
      const state = side === 'client' ? first.clientState : first.serverState;
      const fins = run.packets({ connection: first.index, flags: 'FIN' });
      const byFirst = fins[0]?.from === side;
      return decide(state === null ? null : state === 'TIME-WAIT' && byFirst, `${side}: ${state}`, fins);
    },
  };
}

const STAYS = {
  server: tell(
    'The server sends the first FIN, and so its end of the connection stays in TIME-WAIT, with its port.',
    'El servidor envía el primer FIN, y por eso su extremo de la conexión se queda en TIME-WAIT, con su puerto.',
    'El servidor envia el primer FIN, i per això el seu extrem de la connexió es queda en TIME-WAIT, amb el seu port.',
  ),
  client: tell(
    'The client sends the first FIN, and so it is the client’s port that stays in TIME-WAIT.',
    'El cliente envía el primer FIN, y por eso es el puerto del cliente el que se queda en TIME-WAIT.',
    'El client envia el primer FIN, i per això és el port del client el que es queda en TIME-WAIT.',
  ),
} as const;

const IN_THE_WAY = blockedBy(
  'TIME-WAIT',
  tell(
    'The socket in the way belongs to no program any more: the kernel lists it in TIME-WAIT.',
    'El socket que estorba ya no es de ningún programa: el núcleo lo tiene en TIME-WAIT.',
    'El socket que fa nosa ja no és de cap programa: el nucli el té en TIME-WAIT.',
  ),
);

const OPEN_IN_THE_WAY = blockedBy(
  'ESTABLISHED',
  tell(
    'The socket in the way is the accepted connection, which has the server’s port too.',
    'El socket que estorba es la conexión aceptada, que también tiene el puerto del servidor.',
    'El socket que fa nosa és la connexió acceptada, que també té el port del servidor.',
  ),
);

function blockedBy(state: string, text: Check['text']): Check {
  return {
    text,
    test(run) {
      const listed = String(run.report('server', 'in the way without SO_REUSEADDR') ?? '');
      const [, bind] = run.calls('server', 'bind');
      return decide(listed.endsWith(state), listed, bind);
    },
  };
}

const RESET_LEAVES_NOTHING: Check = {
  text: tell(
    'close sends RST, and no end is left in TIME-WAIT.',
    'close envía RST, y ningún extremo queda en TIME-WAIT.',
    'close envia RST, i cap extrem no queda en TIME-WAIT.',
  ),
  test(run) {
    const [first] = run.connections('tcp');
    const resets = run.packets({ connection: first?.index ?? -1, reason: 'rst-linger' });
    if (first !== undefined && waiting(first) > 0) return fails('TIME-WAIT', resets);
    return found(run, resets, tell('no RST', 'ningún RST', 'cap RST'));
  },
};

/** The one count of the kernel that stands in sockstat: how many sockets are in TIME-WAIT now. */
const KERNEL_COUNTS_THEM: Check = {
  text: tell(
    'The kernel has as many sockets in TIME-WAIT (tw of /proc/net/sockstat) as the ladder shows.',
    'El núcleo tiene tantos sockets en TIME-WAIT (tw de /proc/net/sockstat) como muestra el diagrama.',
    'El nucli té tants sockets en TIME-WAIT (tw de /proc/net/sockstat) com mostra el diagrama.',
  ),
  test(run) {
    const counted = run.counter('SockstatTCPtw');
    if (counted === null) return untold(notOurs(run));
    if (!run.complete) return incomplete(run);
    const shown = inTimeWait(run);
    const fins = run.packets({ flags: 'FIN' });
    const note = countedNote('tw', counted, shown);
    return judging(run.connections('tcp'), () => decide(counted === shown, note, fins));
  },
};

const inTimeWait = (run: Evidence): number =>
  run.connections('tcp').reduce((sum, connection) => sum + waiting(connection), 0);

const waiting = ({ clientState, serverState }: ConnectionSeen): number =>
  [clientState, serverState].filter((state) => state === 'TIME-WAIT').length;

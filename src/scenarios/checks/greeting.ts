import { type Check, decide, fails } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { ACCEPT_IN_ORDER } from '../support/accept-order.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { FIN_EACH_WAY, incomplete } from './stream.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** What is to be seen of a server that greets so many clients, one after the other. */
export function greetingChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  if (plays(parameters, 'server')) checks.push(ONE_AFTER_THE_OTHER);
  if (plays(parameters, 'client')) checks.push(CLIENTS_ONLY_READ);
  if (isUnix(parameters) || !playsBoth(parameters)) return checks;
  return [...checks, ACCEPT_IN_ORDER, SERVER_ENDS_FIRST, FIN_EACH_WAY];
}

const ONE_AFTER_THE_OTHER: Check = {
  text: tell(
    'The server is done with one client before it accepts the next.',
    'El servidor acaba con un cliente antes de aceptar al siguiente.',
    'El servidor acaba amb un client abans d’acceptar el següent.',
  ),
  test(run) {
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    const closes = run.calls('server', 'close');
    const early = accepts.find((accept, n) => n > 0 && run.before(closes[n - 1], accept) === false);
    return decide(accepts.length > 0 && early === undefined, '', accepts, early);
  },
};

const CLIENTS_ONLY_READ: Check = {
  text: tell(
    'The clients send nothing: they read until the server has closed.',
    'Los clientes no envían nada: leen hasta que el servidor ha cerrado.',
    'Els clients no envien res: llegeixen fins que el servidor ha tancat.',
  ),
  test(run) {
    const sends = run.calls('client', ['send', 'sendall']);
    const ends = run.calls('client', 'recv').filter(({ ok, ret }) => ok && ret === 0);
    return sends.length > 0 ? fails('', sends) : decide(ends.length > 0, '', ends);
  },
};

const SERVER_ENDS_FIRST: Check = {
  text: tell(
    'The server speaks first and closes first: of the two FIN of a connection the first is its own.',
    'El servidor habla primero y cierra primero: de los dos FIN de una conexión el primero es suyo.',
    'El servidor parla primer i tanca primer: dels dos FIN d’una connexió el primer és seu.',
  ),
  test(run) {
    const firsts = run
      .connections('tcp')
      .flatMap(({ index }) => run.packets({ connection: index, flags: 'FIN' }).slice(0, 1));
    if (firsts.length === 0) return run.complete ? fails('') : incomplete(run);
    return decide(
      firsts.every(({ from }) => from === 'server'),
      '',
      firsts,
    );
  },
};

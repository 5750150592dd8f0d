import { type Check, decide, fails } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { payloadOf } from '../support/payload.ts';
import { neverCame, plays, playsBoth } from '../support/plays.ts';
import { FIN_EACH_WAY, incomplete, NO_END } from './stream.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** What is to be seen when the client ends its direction and the server still answers. */
export function halfCloseChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  const both = playsBoth(parameters);
  if (plays(parameters, 'server')) checks.push(READS_TO_THE_END);
  if (!isUnix(parameters) && both && payloadOf(parameters).length > 0) checks.push(DATA_AFTER_FIN);
  if (plays(parameters, 'client')) checks.push(SENDING_IS_OVER);
  if (!isUnix(parameters) && plays(parameters, 'client')) checks.push(CLOSE_IS_SILENT);
  if (!isUnix(parameters) && both) checks.push(FIN_EACH_WAY);
  return checks;
}

const READS_TO_THE_END: Check = {
  text: tell(
    'The client’s FIN makes the server’s recv return 0; only then does the server begin to answer.',
    'El FIN del cliente hace que el recv del servidor devuelva 0; solo entonces empieza el servidor a contestar.',
    'El FIN del client fa que el recv del servidor retorni 0; només aleshores comença el servidor a respondre.',
  ),
  test(run) {
    const end = run.calls('server', 'recv').find(({ ok, ret }) => ok && ret === 0);
    if (end === undefined) return neverCame(run, NO_END);
    const early = run.calls('server', 'send').filter((send) => run.before(end, send) === false);
    return decide(early.length === 0, '', end, early);
  },
};

const DATA_AFTER_FIN: Check = {
  text: tell(
    'The FIN goes one way, and after it data go the other: the connection is half closed.',
    'El FIN va en un sentido, y después van datos en el otro: la conexión está medio cerrada.',
    'El FIN va en un sentit, i després van dades en l’altre: la connexió és mig tancada.',
  ),
  test(run) {
    const [fin] = run.packets({ from: 'client', flags: 'FIN' });
    const data = run.packets({ from: 'server', data: true });
    if (fin === undefined || data.length === 0) return run.complete ? fails(NOTHING) : incomplete(run);
    return decide(run.ordered ? data.every(({ time }) => time >= fin.time) : null, '', fin, data);
  },
};

const SENDING_IS_OVER: Check = {
  text: tell(
    'After shutdown(SHUT_WR) the client’s own send fails with EPIPE: nothing more leaves this way.',
    'Tras shutdown(SHUT_WR) el propio send del cliente falla con EPIPE: en este sentido ya no sale nada más.',
    'Després de shutdown(SHUT_WR) el mateix send del client falla amb EPIPE: en aquest sentit ja no surt res més.',
  ),
  test(run) {
    const [shutdown] = run.calls('client', 'shutdown');
    const late = run
      .calls('client', 'send')
      .filter((send) => shutdown !== undefined && run.before(shutdown, send));
    if (late.length === 0) return neverCame(run, NOTHING, shutdown);
    return decide(
      late.every(({ errno }) => errno === 'EPIPE'),
      '',
      shutdown,
      late,
    );
  },
};

const CLOSE_IS_SILENT: Check = {
  text: tell(
    'The client’s close sends nothing: shutdown had sent the FIN.',
    'El close del cliente no envía nada: el FIN ya lo envió shutdown.',
    'El close del client no envia res: el FIN ja l’havia enviat shutdown.',
  ),
  test(run) {
    const [shutdown] = run.calls('client', 'shutdown');
    const [close] = run.calls('client', 'close');
    if (shutdown === undefined || close === undefined) return neverCame(run, NOTHING);
    const fins = run.packetsOf(shutdown, 'causes');
    if (fins.length === 0 && !run.complete) return incomplete(run);
    return decide(fins.length > 0 && run.packetsOf(close, 'causes').length === 0, '', shutdown, fins, close);
  },
};

const NOTHING = tell('that did not happen', 'eso no ocurrió', 'això no va passar');

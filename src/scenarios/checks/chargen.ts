import { type Check, decide, fails, untold } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { isTcp } from '../support/inetd.ts';
import { playsBoth } from '../support/plays.ts';
import { given } from '../support/tune.ts';
import { inetdChecks } from './inetd.ts';
import { probeChecks } from './probe.ts';
import { found, isUndisturbed, RESETS_COUNTED, tell } from './tools.ts';

/** A window closes some 0.2 s after the last room is taken at the latest. */
const UNTIL_CLOSED_MS = 300;
/** Larger buffers may take longer to fill than the client pauses. */
const SMALL = 70_000;

/** What is to be seen of a server without end and a client that stops reading. */
export function chargenChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [...inetdChecks(parameters, 'reset')];
  if (!isTcp(parameters) || !playsBoth(parameters)) return checks;
  const pause = parameters.number('reader-pause');
  const room = given(parameters, 'client-rcvbuf') ?? given(parameters, 'rcvbuf') ?? Number.POSITIVE_INFINITY;
  const sndbuf = given(parameters, 'sndbuf') ?? Number.POSITIVE_INFINITY;
  if (isUndisturbed(parameters) && room + sndbuf < SMALL) {
    if (pause >= UNTIL_CLOSED_MS) checks.push(CLOSES, sendBlocks(pause));
    checks.push(...probeChecks('server', pause));
  }
  return [...checks, RESET_BY_CLOSE, SEND_LEARNS, RESETS_COUNTED];
}

const CLOSES: Check = {
  text: tell(
    'What the client does not read fills its receive buffer, until its kernel advertises a window of 0.',
    'Lo que el cliente no lee llena su búfer de recepción, hasta que su núcleo anuncia una ventana de 0.',
    'El que el client no llegeix omple el seu buffer de recepció, fins que el seu nucli anuncia una finestra de 0.',
  ),
  test: (run) => found(run, closed(run), NEVER),
};

function sendBlocks(pause: number): Check {
  return {
    text: tell(
      'When its send buffer is full as well the server is blocked in send, as long as the client does not read.',
      'Cuando también se llena su búfer de envío, el servidor está bloqueado en send mientras el cliente no lee.',
      'Quan també s’omple el seu buffer d’enviament, el servidor és bloquejat a send mentre el client no llegeix.',
    ),
    test(run) {
      const blocked = run.calls('server', 'send').filter(({ took }) => took >= pause / 2);
      return decide(blocked.length > 0, blocked.length > 0 ? '' : NEVER, blocked, closed(run));
    },
  };
}

const RESET_BY_CLOSE: Check = {
  text: tell(
    'close with bytes unread sends RST instead of FIN: what the client did not read is lost.',
    'close con bytes sin leer envía RST en vez de FIN: lo que el cliente no leyó se pierde.',
    'close amb bytes sense llegir envia RST en lloc de FIN: el que el client no va llegir es perd.',
  ),
  test(run) {
    const resets = resetsOf(run).filter(({ from }) => from === 'client');
    return found(run, resets, NEVER);
  },
};

const SEND_LEARNS: Check = {
  text: tell(
    'The reset ends the server’s send: it fails with ECONNRESET, or with EPIPE when another send took the news before.',
    'El RST pone fin al send del servidor: falla con ECONNRESET, o con EPIPE si otro send se enteró antes.',
    'El RST posa fi al send del servidor: falla amb ECONNRESET, o amb EPIPE si un altre send se’n va assabentar abans.',
  ),
  test(run) {
    const sends = run.calls('server', 'send').filter(({ ok }) => !ok);
    const known = sends.filter(({ errno }) => errno === 'ECONNRESET' || errno === 'EPIPE');
    if (sends.length === 0) return run.complete ? fails(NEVER) : untold(NEVER);
    return decide(known.length === sends.length, '', sends, resetsOf(run));
  },
};

function resetsOf(run: Evidence): readonly PacketSeen[] {
  return run.packets({ flags: 'RST' });
}

function closed(run: Evidence): readonly PacketSeen[] {
  return run
    .packets({ from: 'client', protocol: 'tcp' })
    .filter(({ window, flags }) => window === 0 && !flags.includes('RST'));
}

const NEVER = tell('that did not happen', 'eso no ocurrió', 'això no va passar');

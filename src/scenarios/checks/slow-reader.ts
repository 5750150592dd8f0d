import { type Check, decide, fails, holds } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { payloadOf } from '../support/payload.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { given } from '../support/tune.ts';
import { probeChecks } from './probe.ts';
import { END_IS_ZERO_BYTES, incomplete } from './stream.ts';
import { absent, found, isUndisturbed, isUnix, kernelCounts, onWire, tell, withStranger } from './tools.ts';

/** The least SO_RCVBUF of Linux; what is asked for is doubled. */
const LEAST = 2304;
/** A window closes some 0.2 s after the last room is taken. */
const UNTIL_CLOSED_MS = 300;

/** What is to be seen when a server of such buffers does not read for such a time. */
export function slowReaderChecks(parameters: Parameters): readonly Check[] {
  if (isUnix(parameters)) return [...onWire(parameters, []), ...sendWaits(parameters)];
  if (!playsBoth(parameters))
    return withStranger(parameters, plays(parameters, 'server') ? [END_IS_ZERO_BYTES] : []);
  const { length } = payloadOf(parameters);
  const room = given(parameters, 'server-rcvbuf') ?? given(parameters, 'rcvbuf');
  const pause = parameters.number('reader-pause');
  if (room === null || !isUndisturbed(parameters)) return [CLOSINGS_COUNTED, PROBES_COUNTED];
  if (length * 4 <= room) return [STAYS_OPEN, CLOSINGS_COUNTED, PROBES_COUNTED];
  const closes = length >= 4 * Math.max(LEAST, room);
  const checks: Check[] = [];
  if (closes && pause >= UNTIL_CLOSED_MS) checks.push(CLOSES, OPENS, ...sendWaits(parameters));
  if (closes) checks.push(...probeChecks('client', pause));
  return [...checks, CLOSINGS_COUNTED, PROBES_COUNTED];
}

const STAYS_OPEN: Check = {
  text: tell(
    'All of it fits into the receive buffer: the window never closes, and send returns though nobody reads.',
    'Todo cabe en el búfer de recepción: la ventana no se cierra nunca, y send devuelve el control aunque nadie lea.',
    'Tot cap al buffer de recepció: la finestra no es tanca mai, i send retorna encara que ningú no llegeixi.',
  ),
  test: (run) =>
    absent(
      run,
      closings(run),
      tell('the window closed', 'la ventana se cerró', 'la finestra es va tancar'),
      run.calls('client', 'send'),
    ),
};

const CLOSES: Check = {
  text: tell(
    'What nobody reads fills the receive buffer, until the server’s kernel advertises a window of 0.',
    'Lo que nadie lee llena el búfer de recepción, hasta que el núcleo del servidor anuncia una ventana de 0.',
    'El que ningú no llegeix omple el buffer de recepció, fins que el nucli del servidor anuncia una finestra de 0.',
  ),
  test: (run) =>
    found(
      run,
      closings(run),
      tell('segments with window 0', 'segmentos con ventana 0', 'segments amb finestra 0'),
    ),
};

const OPENS: Check = {
  text: tell(
    'The recv that makes room lets the window open again: only then do more bytes come.',
    'El recv que hace sitio deja que la ventana se abra de nuevo: solo entonces llegan más bytes.',
    'El recv que fa lloc deixa que la finestra es torni a obrir: només aleshores arriben més bytes.',
  ),
  test(run) {
    const closed = closings(run)[0];
    const [recv] = run.calls('server', 'recv');
    if (closed === undefined || recv === undefined) return run.complete ? fails(NEVER) : incomplete(run);
    const opened = run
      .packets({ from: 'server' })
      .find(({ time, window, flags }) => time > closed.time && window > 0 && !flags.includes('RST'));
    const early = run
      .packets({ from: 'client', data: true })
      .find(
        ({ time, reason }) =>
          time > closed.time &&
          time < recv.entered &&
          !reason.startsWith('again') &&
          !reason.includes('probe'),
      );
    if (opened === undefined) return run.complete ? fails(NEVER, closed) : incomplete(run, closed);
    return early === undefined ? holds(closed, recv, opened) : fails(NEVER, closed, early);
  },
};

/** Only where buffers of a known size are certainly too small for all. */
function sendWaits(parameters: Parameters): readonly Check[] {
  const { length } = payloadOf(parameters);
  const sndbuf = given(parameters, 'sndbuf');
  const room = given(parameters, 'server-rcvbuf') ?? given(parameters, 'rcvbuf') ?? 0;
  const pause = parameters.number('reader-pause');
  if (sndbuf === null || length < 3 * (Math.max(LEAST, room) + Math.max(LEAST, sndbuf))) return [];
  if (given(parameters, 'timeout') !== null || pause < UNTIL_CLOSED_MS || !playsBoth(parameters)) return [];
  return [
    {
      text: tell(
        'When the send buffer is full as well, send blocks, and returns only after the server has begun to read.',
        'Cuando también se llena el búfer de envío, send se bloquea y no devuelve el control hasta que el servidor ha empezado a leer.',
        'Quan també s’omple el buffer d’enviament, send es bloqueja i no retorna fins que el servidor ha començat a llegir.',
      ),
      test(run) {
        const [recv] = run.calls('server', 'recv');
        const blocked = run.calls('client', 'send').find(({ took }) => took >= pause / 2);
        if (recv === undefined || blocked === undefined)
          return fails(
            tell('no send blocked', 'ningún send se bloqueó', 'cap send no es va bloquejar'),
            recv,
          );
        return decide(recv.entered <= blocked.returned, '', blocked, recv);
      },
    },
  ];
}

const CLOSINGS_COUNTED = kernelCounts(
  'TcpExtTCPToZeroWindowAdv',
  tell(
    'The kernel counted as many closings of a window (TCPToZeroWindowAdv) as the ladder shows.',
    'El núcleo contó tantos cierres de ventana (TCPToZeroWindowAdv) como muestra el diagrama.',
    'El nucli va comptar tants tancaments de finestra (TCPToZeroWindowAdv) com mostra el diagrama.',
  ),
  closings,
);

const PROBES_COUNTED = kernelCounts(
  'TcpExtTCPWinProbe',
  tell(
    'The kernel counted as many probes of a closed window (TCPWinProbe) as the ladder shows.',
    'El núcleo contó tantos sondeos de ventana cerrada (TCPWinProbe) como muestra el diagrama.',
    'El nucli va comptar tants sondejos de finestra tancada (TCPWinProbe) com mostra el diagrama.',
  ),
  probes,
);

/** Segments that say 0 after one of the same end that said more. */
function closings(run: Evidence): readonly PacketSeen[] {
  const before = new Map<string, number>();
  return run.packets({ protocol: 'tcp' }).filter(({ from, connection, window, flags }) => {
    if (flags.includes('RST')) return false;
    const end = `${connection} ${from}`;
    const closes = window === 0 && (before.get(end) ?? 0) > 0;
    before.set(end, window);
    return closes;
  });
}

function probes(run: Evidence): readonly PacketSeen[] {
  return run.packets({ reason: 'zero-window-probe' });
}

const NEVER = tell('that did not happen', 'eso no ocurrió', 'això no va passar');

import { type Check, decide, fails, holds } from '../check.ts';
import type { PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { neverCame, plays } from '../support/plays.ts';
import { each, incomplete } from './stream.ts';
import { absent, isUnix, onWire, RESETS_COUNTED, tell } from './tools.ts';

/** What is to be seen of a connect to a port on which nobody listens. */
export function refusedChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  if (!plays(parameters, 'client'))
    return isUnix(parameters) || parameters.text('server') === 'none' ? checks : [NOBODY_GETS_IN];
  checks.push(REFUSED);
  if (isUnix(parameters)) return checks;
  checks.push(RST_ANSWERS);
  if (parameters.number('loss') === 0) checks.push(AT_ONCE);
  return [...checks, RESETS_COUNTED];
}

const REFUSED: Check = {
  text: tell(
    'Each connect fails with ECONNREFUSED.',
    'Cada connect falla con ECONNREFUSED.',
    'Cada connect falla amb ECONNREFUSED.',
  ),
  test(run) {
    const connects = run.calls('client', 'connect');
    const wrong = connects.filter(({ errno }) => errno !== 'ECONNREFUSED');
    return wrong.length > 0
      ? fails(tell('not so', 'no es así', 'no és així'), wrong)
      : decide(connects.length > 0, '', connects);
  },
};

const RST_ANSWERS: Check = {
  text: tell(
    'The SYN is answered by RST, ACK: the other kernel says it by itself, without any program.',
    'Al SYN se le contesta con RST, ACK: lo dice el otro núcleo por su cuenta, sin ningún programa.',
    'Al SYN se li respon amb RST, ACK: ho diu l’altre nucli pel seu compte, sense cap programa.',
  ),
  test(run) {
    return each(run.calls('client', 'connect'), (connect) => {
      const syns = run.packetsOf(connect, 'causes');
      const [reset] = run.packetsOf(connect, 'completes');
      if (reset === undefined || syns.length === 0)
        return run.complete
          ? fails(tell('no RST came', 'no llegó ningún RST', 'no va arribar cap RST'), connect)
          : incomplete(run);
      return decide(reset.flags === 'RST ACK', '', connect, syns, reset);
    });
  },
};

/** For a server alone that has bound its port and does not listen. */
const NOBODY_GETS_IN: Check = {
  text: tell(
    'Nobody gets in: each SYN to the port that is bound, and on which nobody listens, is answered by RST, ACK.',
    'Nadie entra: a cada SYN al puerto, reservado con bind pero en el que nadie escucha, se le contesta con RST, ACK.',
    'Ningú no hi entra: a cada SYN al port, reservat amb bind però on ningú no escolta, se li respon amb RST, ACK.',
  ),
  test(run) {
    const syns = run.packets({ protocol: 'tcp' }).filter(({ flags }) => flags === 'SYN');
    if (syns.length === 0) return neverCame(run, NO_SYN, run.calls('server', 'bind'));
    const proof: PacketSeen[] = [];
    for (const syn of syns) {
      const { connection } = syn;
      const answer = run
        .packets({ connection })
        .find(({ time, from, flags }) => time > syn.time && (from !== syn.from || flags.includes('ACK')));
      if (answer === undefined) return run.complete ? fails(NO_RST, syn) : incomplete(run, syn);
      if (answer.flags !== 'RST ACK') return fails(NO_RST, syn, answer);
      proof.push(syn, answer);
    }
    return holds(run.calls('server', 'bind'), proof);
  },
};

const NO_SYN = tell('no SYN came', 'no llegó ningún SYN', 'no ha arribat cap SYN');
const NO_RST = tell('no RST answered', 'no contestó ningún RST', 'no ha respost cap RST');

const AT_ONCE: Check = {
  text: tell(
    'It takes no time: no SYN is sent again.',
    'No hay espera: no se repite ningún SYN.',
    'No hi ha espera: no es repeteix cap SYN.',
  ),
  test: (run) =>
    absent(
      run,
      run.packets({ reason: 'syn-again' }),
      tell('sent again', 'repetidos', 'repetits'),
      run.calls('client', 'connect'),
    ),
};

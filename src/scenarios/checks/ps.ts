import { type Check, decide, untold } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  END_IS_ZERO_BYTES,
  FIN_EACH_WAY,
  HANDSHAKE_IN_CONNECT,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
} from './stream.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** What is to be seen of lines that a close ends. */
export function psChecks(parameters: Parameters): readonly Check[] {
  if (isUnix(parameters)) return onWire(parameters, []);
  const checks: Check[] = [SENDS_AND_RECVS_HAVE_SEGMENTS];
  if (plays(parameters, 'server')) checks.unshift(ACCEPT_AFTER_HANDSHAKE);
  if (plays(parameters, 'client')) checks.unshift(HANDSHAKE_IN_CONNECT);
  if (plays(parameters, 'server')) checks.push(END_IS_ZERO_BYTES);
  if (playsBoth(parameters)) checks.push(NO_LINES_IN_A_STREAM, FIN_EACH_WAY);
  return checks;
}

const NO_LINES_IN_A_STREAM: Check = {
  text: tell(
    'The stream knows no lines: what the recvs return begins and ends elsewhere than the sends did.',
    'El flujo no conoce líneas: lo que devuelven los recv empieza y acaba en otro sitio que los send.',
    'El flux no coneix línies: el que retornen els recv comença i acaba en un altre lloc que els send.',
  ),
  test(run) {
    const sends = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
    const recvs = run.calls('server', 'recv').filter(({ bytes }) => bytes > 0);
    const borders = new Set(sends.map(({ offset, connection }) => `${connection} ${offset}`));
    const elsewhere = recvs.filter(({ offset, connection }) => !borders.has(`${connection} ${offset}`));
    const note = tell(
      `sends: ${sends.length}, recvs: ${recvs.length}`,
      `send: ${sends.length}, recv: ${recvs.length}`,
      `send: ${sends.length}, recv: ${recvs.length}`,
    );
    // A fast reader may get line by line: that proves nothing.
    if (elsewhere.length === 0 && recvs.length === sends.length) return untold(note);
    return decide(true, note, elsewhere.length > 0 ? elsewhere : recvs);
  },
};

import { type Check, decide, fails, holds, untold } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { EOT } from '../support/command-lines.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { modelChecks } from './echo.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  FIN_EACH_WAY,
  HANDSHAKE_IN_CONNECT,
  incomplete,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
} from './stream.ts';
import { isUndisturbed, isUnix, onWire, tell } from './tools.ts';

/** What is to be seen of commands and answers that a marker ends. */
export function telnetChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [...streamChecks(parameters)];
  const mistake = parameters.text('mistake');
  const marker = parameters.text('marker');
  if (!playsBoth(parameters)) return checks;
  checks.push(...modelChecks(parameters));
  if (mistake === 'none') checks.push(MARKER_NOT_CLOSE);
  if (mistake === 'none' && marker === 'late' && isUndisturbed(parameters)) checks.push(MARKER_ALONE);
  if (marker === 'glued' && !isUnix(parameters)) checks.push(MARKER_GLUED);
  if (mistake === 'whole-recv' && marker === 'glued') checks.push(WAITS_FOR_EVER);
  if (mistake === 'one-recv' && marker === 'late') checks.push(LEFT_OVER);
  return checks;
}

function streamChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [SENDS_AND_RECVS_HAVE_SEGMENTS];
  if (plays(parameters, 'server')) checks.unshift(ACCEPT_AFTER_HANDSHAKE);
  if (plays(parameters, 'client')) checks.unshift(HANDSHAKE_IN_CONNECT);
  if (playsBoth(parameters)) checks.push(FIN_EACH_WAY);
  return checks;
}

const MARKER_NOT_CLOSE: Check = {
  text: tell(
    'Each answer ends with byte 4, and the connection stays open: the server closes only after exit.',
    'Cada respuesta acaba con el byte 4 y la conexión sigue abierta: el servidor no cierra hasta exit.',
    'Cada resposta acaba amb el byte 4 i la connexió continua oberta: el servidor no tanca fins a exit.',
  ),
  test(run) {
    const markers = run.calls('client', 'recv').filter((recv) => holdsMarker(run, recv));
    const commands = run.calls('client', 'send').filter(isCommand);
    const closes = run.calls('server', 'close');
    const exits = run.calls('client', 'send').filter((call) => textOf(call) === 'exit\n');
    if (commands.length === 0) return untold(NO_COMMAND);
    if (markers.length < commands.length)
      return isCut(run) ? untold(CUT, markers) : fails(counted(markers.length, commands.length), markers);
    return decide(exits.length > 0, counted(markers.length, commands.length), markers, exits, closes);
  },
};

const MARKER_GLUED: Check = {
  text: tell(
    'The marker arrives glued to the data: it is the last byte of the segment that brings the output.',
    'La marca llega pegada a los datos: es el último byte del segmento que trae la salida.',
    'La marca arriba enganxada a les dades: és l’últim byte del segment que porta la sortida.',
  ),
  test(run) {
    const sends = run.calls('server', 'send').filter(({ bytes }) => bytes > 1 && bytes < 400);
    const proof = sends.flatMap((send) => [send, ...run.packetsOf(send, 'carries')]);
    if (sends.length === 0) return untold(NO_COMMAND);
    if (proof.length === sends.length) return run.complete ? fails('', sends) : incomplete(run, sends);
    const alone = proof.filter((seen) => seen.kind === 'packet' && seen.bytes === 1);
    return decide(alone.length === 0, '', alone.length === 0 ? proof : alone);
  },
};

const MARKER_ALONE: Check = {
  text: tell(
    'The marker comes later, in a segment and a recv of its own: until then the client goes on reading.',
    'La marca llega más tarde, en un segmento y un recv propios: hasta entonces el cliente sigue leyendo.',
    'La marca arriba més tard, en un segment i un recv propis: fins aleshores el client continua llegint.',
  ),
  test(run) {
    const alone = run.calls('client', 'recv').filter((recv) => recv.bytes === 1 && holdsMarker(run, recv));
    return decide(
      alone.length > 0,
      '',
      alone,
      alone.flatMap((recv) => run.packetsOf(recv, 'consumes')),
    );
  },
};

const WAITS_FOR_EVER: Check = {
  text: tell(
    'The marker has come and was read with the output, but the client waits for it alone: only its time limit ends recv (EAGAIN).',
    'La marca ha llegado y se leyó con la salida, pero el cliente la espera sola: recv solo acaba por su límite de tiempo (EAGAIN).',
    'La marca ha arribat i es va llegir amb la sortida, però el client l’espera sola: recv només acaba pel seu límit de temps (EAGAIN).',
  ),
  test(run) {
    const read = run.calls('client', 'recv').filter((recv) => holdsMarker(run, recv) && recv.bytes > 1);
    const waits = run.calls('client', 'recv').filter(({ errno }) => errno === 'EAGAIN');
    if (read.length === 0) return untold(CUT, waits);
    return decide(waits.length > 0, '', read, waits);
  },
};

const LEFT_OVER: Check = {
  text: tell(
    'The marker that comes after the first recv is taken for the next answer: from then on each answer is the one before.',
    'La marca que llega después del primer recv se toma por la respuesta siguiente: desde entonces cada respuesta es la anterior.',
    'La marca que arriba després del primer recv es pren per la resposta següent: des d’aleshores cada resposta és l’anterior.',
  ),
  test(run) {
    const commands = run.calls('client', 'send').filter(isCommand);
    if (commands.length < 2) return untold(NO_COMMAND, commands);
    const late = run.calls('client', 'recv').filter(({ data }) => data?.[0] === EOT);
    return late.length > 0 ? holds(late) : fails('', run.calls('client', 'recv'));
  },
};

function holdsMarker(run: Evidence, recv: CallSeen): boolean {
  return recv.ok && (run.bytesOf(recv) ?? recv.data)?.includes(EOT) === true;
}

function isCommand(call: CallSeen): boolean {
  const text = textOf(call);
  return text.endsWith('\n') && text !== 'exit\n';
}

function textOf({ data }: CallSeen): string {
  return Buffer.from(data ?? []).toString('latin1');
}

/** Over UNIX sockets no packet shows what is behind the recorded bytes of a call. */
function isCut(run: Evidence): boolean {
  return run.calls('client', 'recv').some((recv) => recv.ok && run.bytesOf(recv) === null);
}

function counted(markers: number, commands: number) {
  return tell(
    `markers: ${markers}, commands: ${commands}`,
    `marcas: ${markers}, órdenes: ${commands}`,
    `marques: ${markers}, ordres: ${commands}`,
  );
}

const NO_COMMAND = tell(
  'there were too few commands',
  'hubo demasiado pocas órdenes',
  'hi va haver massa poques ordres',
);
const CUT = tell(
  'the end of the answers was not recorded',
  'no se registró el final de las respuestas',
  'no es va enregistrar el final de les respostes',
);

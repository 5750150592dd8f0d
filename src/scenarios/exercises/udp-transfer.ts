import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Address, Socket } from '../../sockets/types.ts';
import { datagramTransferChecks } from '../checks/datagram-transfer.ts';
import type { Parameters } from '../parameters.ts';
import { udpTransferQuestions } from '../questions/datagram.ts';
import type { RoleContext, Scenario } from '../scenario.ts';
import { serverAddress } from '../support/address.ts';
import {
  answerEnd,
  type Counts,
  datagramSocket,
  sayBye,
  sendUntilAnswered,
} from '../support/datagram-end.ts';
import { IncomingFile, OutgoingFile } from '../support/datagram-file.ts';
import { judgeDatagrams } from '../support/datagram-judge.ts';
import { must } from '../support/must.ts';
import { Numbers } from '../support/numbering.ts';
import { checkContent } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { recvSize } from '../support/tune.ts';
import { receiveBufferErrors, socketDrops } from '../support/udp-counters.ts';

/** The datagram's number, big-endian, in front of its bytes. */
const NUMBER_BYTES = 4;
const FINISHED = Buffer.from('finished');
/** What an IPv4 datagram holds (65507 bytes), less the number. */
const LARGEST_CHUNK = 65_507 - NUMBER_BYTES;

/** --reliability none: the file and no more, as fast as sendto takes it. An empty datagram says that this was all. */
export function plainClient(parameters: Parameters, role: RoleContext): void {
  const s = datagramSocket(parameters, role, 'client');
  const file = new OutgoingFile(parameters, role);
  const counts = { datagrams: 0, again: 0 };
  for (const { bytes } of file.pieces()) {
    must(role, 'sendto', s.sendto(bytes, serverAddress(parameters)));
    counts.datagrams += 1;
  }
  const isFinished = (answer: Buffer) => answer.equals(FINISHED);
  sendUntilAnswered(s, Buffer.alloc(0), isFinished, parameters, role, counts);
  endClient(s, file, parameters, role, counts);
}

export function plainServer(parameters: Parameters, role: RoleContext): void {
  const before = receiveBufferErrors(parameters.text('family'));
  const s = datagramSocket(parameters, role, 'server');
  const file = new IncomingFile();
  const counts = { datagrams: 0, again: 0 };
  for (;;) {
    const { data, from } = nextDatagram(s, parameters, role, counts);
    if (data.length === 0) {
      answerEnd(s, from, FINISHED, parameters, role, counts);
      break;
    }
    file.take(data);
  }
  endServer(s, file, before, parameters, role, counts);
}

/** --reliability numbered: the same with numbers, so that the server can say what is missing; nobody sends it again. */
export function numberedClient(parameters: Parameters, role: RoleContext): void {
  const s = datagramSocket(parameters, role, 'client');
  const file = new OutgoingFile(parameters, role);
  const counts = { datagrams: 0, again: 0 };
  for (const { number, bytes } of file.pieces()) {
    must(role, 'sendto', s.sendto(numbered(number, bytes), serverAddress(parameters)));
    counts.datagrams += 1;
  }
  sendUntilAnswered(s, numbered(file.count), (answer) => says(answer, file.count), parameters, role, counts);
  endClient(s, file, parameters, role, counts);
}

/** A number without bytes is the end, and tells how many there were. */
export function numberedServer(parameters: Parameters, role: RoleContext): void {
  const before = receiveBufferErrors(parameters.text('family'));
  const s = datagramSocket(parameters, role, 'server');
  const file = new IncomingFile();
  const numbers = new Numbers();
  const counts = { datagrams: 0, again: 0 };
  for (;;) {
    const { data, from } = nextDatagram(s, parameters, role, counts);
    if (data.length < NUMBER_BYTES) continue; // not one of ours
    const number = data.readUInt32BE(0);
    if (data.length > NUMBER_BYTES) {
      if (numbers.take(number)) file.take(data.subarray(NUMBER_BYTES));
      continue;
    }
    reportMissing(role, numbers, number);
    answerEnd(s, from, numbered(number), parameters, role, counts);
    break;
  }
  role.report('came twice', numbers.twice);
  endServer(s, file, before, parameters, role, counts);
}

/** --reliability stop-and-wait: one datagram at a time, again and again until its number has come back. */
export function stopAndWaitClient(parameters: Parameters, role: RoleContext): void {
  const s = datagramSocket(parameters, role, 'client');
  const file = new OutgoingFile(parameters, role);
  const counts = { datagrams: 0, again: 0 };
  for (const { number, bytes } of file.pieces()) {
    sendUntilAnswered(s, numbered(number, bytes), (ack) => says(ack, number), parameters, role, counts);
  }
  sendUntilAnswered(s, numbered(file.count), (ack) => says(ack, file.count), parameters, role, counts);
  endClient(s, file, parameters, role, counts);
}

/** Acknowledges whatever comes, also what it has already: then it was the acknowledgement that got lost. */
export function stopAndWaitServer(parameters: Parameters, role: RoleContext): void {
  const before = receiveBufferErrors(parameters.text('family'));
  const s = datagramSocket(parameters, role, 'server');
  const file = new IncomingFile();
  const numbers = new Numbers();
  const counts = { datagrams: 0, again: 0 };
  for (;;) {
    const { data, from } = nextDatagram(s, parameters, role, counts);
    if (data.length < NUMBER_BYTES) continue; // not one of ours
    const number = data.readUInt32BE(0);
    if (data.length === NUMBER_BYTES) {
      reportMissing(role, numbers, number);
      answerEnd(s, from, numbered(number), parameters, role, counts);
      break;
    }
    if (numbers.take(number)) file.take(data.subarray(NUMBER_BYTES));
    must(role, 'sendto', s.sendto(numbered(number), from));
  }
  role.report('came twice', numbers.twice);
  endServer(s, file, before, parameters, role, counts);
}

function nextDatagram(
  s: Socket,
  parameters: Parameters,
  role: RoleContext,
  counts: Counts,
): { readonly data: Buffer; readonly from: Address } {
  const { data, from } = must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'server')));
  counts.datagrams += 1;
  return { data, from: from ?? '' };
}

function numbered(number: number, bytes: Uint8Array = Buffer.alloc(0)): Buffer {
  const datagram = Buffer.allocUnsafe(NUMBER_BYTES + bytes.length);
  datagram.writeUInt32BE(number);
  datagram.set(bytes, NUMBER_BYTES);
  return datagram;
}

/** Whether an acknowledgement is that of `number`; an older one is left over from a copy. */
function says(ack: Buffer, number: number): boolean {
  return ack.length === NUMBER_BYTES && ack.readUInt32BE(0) === number;
}

function reportMissing(role: RoleContext, numbers: Numbers, sent: number): void {
  const { count, text } = numbers.missing(sent);
  role.report('missing', count);
  if (count > 0) role.print(`${count} of ${sent} datagrams are missing: numbers ${text}`);
}

function endClient(
  s: Socket,
  file: OutgoingFile,
  parameters: Parameters,
  role: RoleContext,
  counts: Counts,
): void {
  sayBye(s, parameters, role, counts);
  s.close();
  file.report();
  role.report('datagrams sent', counts.datagrams);
  role.report('sent again', counts.again);
}

function endServer(
  s: Socket,
  file: IncomingFile,
  errorsBefore: number,
  parameters: Parameters,
  role: RoleContext,
  counts: Counts,
): void {
  const family = parameters.text('family');
  role.report('RcvbufErrors', receiveBufferErrors(family) - errorsBefore);
  role.report('dropped at the socket', socketDrops(family, parameters.number('port')));
  s.close();
  file.report(role);
  role.report('datagrams received', counts.datagrams);
}

const ROLES: Readonly<Record<string, string>> = {
  none: 'plain',
  numbered: 'numbered',
  'stop-and-wait': 'stopAndWait',
};

export const scenario: Scenario = {
  id: 'udp-transfer',
  title: {
    en: 'A UDP client sends a file as datagrams: plain, numbered, or with stop-and-wait',
    es: 'Un cliente UDP envía un fichero como datagramas: a secas, numerados o con parada y espera',
    ca: 'Un client UDP envia un fitxer com a datagrames: a seques, numerats o amb parada i espera',
  },
  teaches: {
    en: 'What TCP does for a program, by doing without it: datagrams get lost, also where the network loses none, and numbers, acknowledgements and repetition are what mends it.',
    es: 'Lo que TCP hace por un programa, prescindiendo de él: los datagramas se pierden, también donde la red no pierde ninguno, y lo que lo arregla son los números, los acuses y la repetición.',
    ca: 'El que TCP fa per un programa, prescindint-ne: els datagrames es perden, també on la xarxa no en perd cap, i el que ho arregla són els números, els reconeixements i la repetició.',
  },
  lookFor: datagramTransferChecks,
  variants: [
    {
      options: '--reliability none --size 1M',
      shows: {
        en: 'Most of a long burst is lost in the server’s receive buffer, though every datagram was on the wire.',
        es: 'La mayor parte de una ráfaga larga se pierde en el búfer de recepción del servidor, aunque todos los datagramas estuvieron en la red.',
        ca: 'La major part d’una ràfega llarga es perd al buffer de recepció del servidor, encara que tots els datagrames van ser a la xarxa.',
      },
    },
    {
      options: '--reliability numbered --size 1M',
      shows: {
        en: 'The server can say which datagrams are missing; nobody sends them again.',
        es: 'El servidor puede decir qué datagramas faltan; nadie los envía otra vez.',
        ca: 'El servidor pot dir quins datagrames falten; ningú no els envia una altra vegada.',
      },
    },
    {
      options: '--loss 10',
      shows: {
        en: 'A lost datagram is sent again after the time limit; when its acknowledgement was lost, it comes twice.',
        es: 'Un datagrama perdido se envía otra vez al acabar el plazo; si se perdió su acuse, llega dos veces.',
        ca: 'Un datagrama perdut s’envia una altra vegada quan s’acaba el termini; si se’n va perdre el reconeixement, arriba dues vegades.',
      },
    },
  ],
  questions: udpTransferQuestions,
  protocol: 'udp',
  parameters: [
    ...[
      'size',
      'file',
      'chunk',
      'recv-buffer',
      'client-recv-buffer',
      'server-recv-buffer',
      'reliability',
      'family',
    ],
    ...['port', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf', 'timeout', 'role'],
  ],
  defaults: { size: 16_384, chunk: 1400, 'recv-buffer': 65_536 },
  narrow: {
    chunk: {
      max: LARGEST_CHUNK,
      help: {
        en: 'bytes of the file in one datagram',
        es: 'bytes del fichero en cada datagrama',
        ca: 'bytes del fitxer en cada datagrama',
      },
    },
    timeout: {
      help: {
        en: 'how long to wait for an answer before sending again (50 and four times --delay when not given)',
        es: 'cuánto esperar una respuesta antes de enviar otra vez (50 más cuatro veces --delay si no se dice)',
        ca: 'quant esperar una resposta abans de tornar a enviar (50 més quatre vegades --delay si no es diu)',
      },
    },
  },
  validate(parameters) {
    checkContent(parameters);
    const least = { server: parameters.number('chunk') + NUMBER_BYTES, client: FINISHED.length };
    for (const side of ['server', 'client'] as const) {
      if (recvSize(parameters, side) >= least[side]) continue;
      throw new UserError(
        `the ${side} would cut off what does not fit into a receive buffer of ${recvSize(parameters, side)} bytes`,
        {
          hint: `give --${side}-recv-buffer ${least[side]} or more`,
          exitCode: EXIT.usage,
        },
      );
    }
  },
  roles(parameters) {
    const kind = ROLES[parameters.text('reliability')] ?? 'stopAndWait';
    return plans(parameters, { server: `${kind}Server`, client: `${kind}Client`, ready: 'bind' });
  },
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeDatagrams(parameters, outcome)],
};

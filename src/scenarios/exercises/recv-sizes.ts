import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Socket } from '../../sockets/types.ts';
import { byCount } from '../../words/parts.ts';
import type { Text } from '../../words/text.ts';
import { recvSizesChecks } from '../checks/recv-sizes.ts';
import { tell, withStranger } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { recvSizesQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { quickAck, uncork } from '../support/tune.ts';
import { awaitEnd } from '../support/until-end.ts';

/** Sends the same message, --chunk bytes a send, over one connection for each size that the server reads with. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  const chunk = parameters.number('chunk');
  for (const _ of sizesOf(parameters)) {
    const s = connected(parameters, role);
    for (let at = 0; at < message.length; at += chunk)
      transmit(s, Buffer.from(message.slice(at, chunk)), parameters, role);
    uncork(s, parameters, role);
    s.close();
  }
  role.report('bytes sent each time', message.length);
}

/** Waits until all has arrived, and then reads it, each connection with another size. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  for (const size of sizesOf(parameters)) {
    const connection = accepted(listener, parameters, role);
    awaitEnd(connection, role);
    const lengths = readWith(size, connection, parameters, role);
    connection.close();
    const bytes = lengths.reduce((sum, length) => sum + length, 0);
    role.report(`recv(${size}) calls`, lengths.length);
    role.report(`recv(${size}) bytes`, bytes);
    const calls = `${lengths.length} ${byCount(lengths.length, 'call', 'calls')}`;
    role.print(`recv(${size}): ${calls} for ${bytes} ${byCount(bytes, 'byte', 'bytes')}`);
  }
  listener.close();
}

/** What each recv returned, until the end of the stream. */
function readWith(size: number, connection: Socket, parameters: Parameters, role: RoleContext): number[] {
  const lengths: number[] = [];
  for (;;) {
    quickAck(connection, parameters, role);
    const { length } = must(role, 'recv', connection.recv(size));
    if (length === 0) return lengths;
    lengths.push(length);
  }
}

const LARGEST = 1 << 24;

function sizesOf(parameters: Parameters): readonly number[] {
  return parameters.text('recv-sizes').split(',').map(Number);
}

function refuseSizes(text: string): void {
  const isSize = (word: string) => /^\d{1,8}$/.test(word) && Number(word) >= 1 && Number(word) <= LARGEST;
  const words = text.split(',');
  if (words.length <= 16 && words.every(isSize)) return;
  throw new UserError(`--recv-sizes ${text}: not a list of sizes`, {
    hint: `give 1 to 16 whole numbers from 1 to ${LARGEST} with commas between, for example 1,16,1024`,
    exitCode: EXIT.usage,
  });
}

export const scenario: Scenario = {
  id: 'recv-sizes',
  title: {
    en: 'The same bytes read with recv(1), recv(16), recv(1024)',
    es: 'Los mismos bytes leídos con recv(1), recv(16) y recv(1024)',
    ca: 'Els mateixos bytes llegits amb recv(1), recv(16) i recv(1024)',
  },
  teaches: {
    en: 'That a stream has no message borders: how many bytes a recv returns depends on what it asks for and what is there, not on what the sends gave.',
    es: 'Que un flujo no tiene fronteras entre mensajes: cuántos bytes devuelve un recv depende de lo que pide y de lo que hay, no de lo que dieron los send.',
    ca: 'Que un flux no té fronteres entre missatges: quants bytes retorna un recv depèn del que demana i del que hi ha, no del que van donar els send.',
  },
  lookFor: (parameters) => withStranger(parameters, recvSizesChecks(parameters, sizesOf(parameters))),
  questions: recvSizesQuestions,
  protocol: 'tcp',
  parameters: ['message', 'size', 'send-mode', 'chunk', 'recv-sizes', 'cork', ...STREAM],
  defaults: { message: 'a stream has no message borders', chunk: 12, 'recv-sizes': '1,16,1024' },
  narrow: { size: { max: 1 << 20 } },
  variants: [
    {
      options: '--recv-sizes 1,7,100 --chunk 5',
      shows: {
        en: 'Reads of 7 bytes over sends of 5: their borders never fall together.',
        es: 'Lecturas de 7 bytes sobre send de 5: sus fronteras no coinciden nunca.',
        ca: 'Lectures de 7 bytes sobre send de 5: les seves fronteres no coincideixen mai.',
      },
    },
    {
      options: '--size 5000 --chunk 1000 --recv-sizes 100,1448,4096,65536',
      shows: {
        en: 'One recv takes all that five sends gave, another needs fifty calls for it.',
        es: 'Un recv se lleva todo lo que dieron cinco send; otro necesita cincuenta llamadas.',
        ca: 'Un recv s’emporta tot el que van donar cinc send; un altre necessita cinquanta crides.',
      },
    },
    {
      options: '--size 3000 --chunk 3000 --recv-sizes 512 --mtu 576',
      shows: {
        en: 'One send becomes six segments, and the reads cut them up anew.',
        es: 'Un send se convierte en seis segmentos, y las lecturas los trocean de otra manera.',
        ca: 'Un send es converteix en sis segments, i les lectures els trossegen d’una altra manera.',
      },
    },
    {
      options: '--cork --family ipv6',
      shows: {
        en: 'TCP_CORK makes one segment of all the sends; the reads do not change.',
        es: 'TCP_CORK hace un solo segmento de todos los send; las lecturas no cambian.',
        ca: 'TCP_CORK fa un sol segment de tots els send; les lectures no canvien.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'A UNIX stream has no borders either.',
        es: 'Un flujo UNIX tampoco tiene fronteras.',
        ca: 'Un flux UNIX tampoc no té fronteres.',
      },
    },
  ],
  validate: (parameters) => refuseSizes(parameters.text('recv-sizes')),
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeBytes(parameters, outcome)],
};

/** Whatever the size of the reads: the bytes are all there, and no recv returned more than it asked for. */
function judgeBytes(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const sent = reports.get('client')?.['bytes sent each time'];
  if (parameters.text('role') !== 'both' || sent === undefined) return [];
  return sizesOf(parameters).flatMap((size) => {
    const got = reports.get('server')?.[`recv(${size}) bytes`];
    return got === sent
      ? []
      : [
          tell(
            `with recv(${size}) ${got ?? 'no'} bytes of ${sent} were read`,
            `con recv(${size}) se leyeron ${got ?? 0} bytes de ${sent}`,
            `amb recv(${size}) s’han llegit ${got ?? 0} bytes de ${sent}`,
          ),
        ];
  });
}

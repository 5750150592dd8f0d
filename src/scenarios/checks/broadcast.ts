import { type Check, decide, fails, judging, untold } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { incomplete } from './stream.ts';
import { isUndisturbed, tell } from './tools.ts';

/** How many sockets a datagram to everybody reaches. */
export function hearers(parameters: Parameters): number {
  return parameters.number('receivers') - (parameters.text('how') === 'exact' ? 1 : 0);
}

/** What is to be seen of a datagram to everybody. */
export function broadcastChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [REFUSED_AT_FIRST, ONE_DATAGRAM];
  if (!isUndisturbed(parameters)) return checks;
  const count = hearers(parameters);
  if (count > 0) checks.push(readByEverybody(count), ANSWERS_GO_TO_ONE);
  if (parameters.text('how') === 'exact') checks.push(EXACT_HEARS_NOTHING);
  return checks;
}

const REFUSED_AT_FIRST: Check = {
  text: tell(
    'Without SO_BROADCAST sendto fails with EACCES, and no packet leaves.',
    'Sin SO_BROADCAST sendto falla con EACCES, y no sale ningún paquete.',
    'Sense SO_BROADCAST sendto falla amb EACCES, i no surt cap paquet.',
  ),
  test(run) {
    const [first] = run.calls('client', 'sendto');
    const silent = first !== undefined && run.packetsOf(first, 'carries').length === 0;
    return decide(first?.errno === 'EACCES' && silent, `${first?.errno}`, first);
  },
};

const ONE_DATAGRAM: Check = {
  text: tell(
    'With it one datagram is on the wire, whoever listens.',
    'Con ella hay un datagrama en la red, escuche quien escuche.',
    'Amb ella hi ha un datagrama a la xarxa, escolti qui escolti.',
  ),
  test(run) {
    const [, sent] = run.calls('client', 'sendto');
    if (sent === undefined) return untold(NOT_SENT);
    if (!run.complete) return incomplete(run, sent);
    const packets = run.packetsOf(sent, 'carries');
    return decide(packets.length === 1, `${packets.length}`, sent, packets);
  },
};

function readByEverybody(count: number): Check {
  return {
    text:
      count === 1
        ? tell(
            'The datagram is what one recvfrom returns, that of the socket bound to any address.',
            'El datagrama es lo que devuelve un recvfrom, el del socket ligado a cualquier dirección.',
            'El datagrama és el que retorna un recvfrom, el del socket lligat a qualsevol adreça.',
          )
        : tell(
            `The same datagram is what ${count} recvfrom return, one for each socket bound to any address.`,
            `El mismo datagrama es lo que devuelven ${count} recvfrom, uno por cada socket ligado a cualquier dirección.`,
            `El mateix datagrama és el que retornen ${count} recvfrom, un per cada socket lligat a qualsevol adreça.`,
          ),
    test(run) {
      const [, sent] = run.calls('client', 'sendto');
      const [packet] = sent === undefined ? [] : run.packetsOf(sent, 'carries');
      if (sent === undefined) return untold(NOT_SENT);
      if (packet === undefined) return run.complete ? fails(NO_DATAGRAM, sent) : incomplete(run, sent);
      const readers = run.callsOf(packet, 'consumes');
      return decide(readers.length === count, `recvfrom: ${readers.length}`, packet, readers);
    },
  };
}

const ANSWERS_GO_TO_ONE: Check = {
  text: tell(
    'Each answer is an ordinary datagram to the one who asked, from 127.0.0.1.',
    'Cada respuesta es un datagrama corriente para quien preguntó, desde 127.0.0.1.',
    'Cada resposta és un datagrama corrent per a qui ha preguntat, des de 127.0.0.1.',
  ),
  test(run) {
    const answers = run.calls('server', 'sendto');
    const read = run.calls('client', 'recvfrom').filter(({ ok }) => ok);
    const home = read.every(({ remote }) => remote?.startsWith('127.0.0.1:'));
    const counts = `${answers.length} / ${read.length}`;
    return judging([...answers, ...read], () =>
      decide(answers.length === read.length && home, counts, answers, read),
    );
  },
};

const EXACT_HEARS_NOTHING: Check = {
  text: tell(
    'The socket bound to 127.0.0.1 hears nothing: its recvfrom ends with EAGAIN when its time is over.',
    'El socket ligado a 127.0.0.1 no oye nada: su recvfrom acaba con EAGAIN cuando se le acaba el tiempo.',
    'El socket lligat a 127.0.0.1 no sent res: el seu recvfrom acaba amb EAGAIN quan se li acaba el temps.',
  ),
  test(run) {
    const exact = run
      .calls('server', 'bind')
      .find(({ args }) => String(args.address).startsWith('127.0.0.1'));
    const recv = run.calls(exact?.role ?? '', 'recvfrom').at(0);
    return decide(recv?.errno === 'EAGAIN', `${recv?.errno}`, exact, recv);
  },
};

const NOT_SENT = tell(
  'there was no second sendto',
  'no hubo un segundo sendto',
  'no hi va haver un segon sendto',
);
const NO_DATAGRAM = tell('no datagram left', 'no salió ningún datagrama', 'no va sortir cap datagrama');

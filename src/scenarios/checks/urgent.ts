import { type Check, decide, fails } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { found, tell } from './tools.ts';

/** The byte that is sent with MSG_OOB. */
export const URGENT = '!';

/** What is to be seen of an urgent byte. */
export function urgentChecks(parameters: Parameters): readonly Check[] {
  const how = parameters.text('how');
  const checks: Check[] = [URG_ON_THE_WIRE, STOPS_AT_THE_MARK];
  if (how === 'apart') checks.push(TAKEN_APART);
  return [...checks, how === 'inline' ? STAYS_IN_THE_STREAM : NOT_IN_THE_STREAM];
}

const URG_ON_THE_WIRE: Check = {
  text: tell(
    'The byte goes in a segment with the URG flag, at its place in the stream: the urgent pointer says where it ends.',
    'El byte va en un segmento con la marca URG, en su sitio del flujo: el puntero urgente dice dónde acaba.',
    'El byte va en un segment amb la marca URG, al seu lloc del flux: el punter urgent diu on acaba.',
  ),
  test(run) {
    const [send] = run.calls('client', 'send').filter(({ args }) => args.flags === 'MSG_OOB');
    if (send === undefined) return fails('');
    const urgent = run.packetsOf(send, 'carries').filter(({ flags }) => flags.includes('URG'));
    const verdict = found(run, urgent, tell('no URG', 'ningún URG', 'cap URG'));
    return { ...verdict, calls: [send.index] };
  },
};

const STOPS_AT_THE_MARK: Check = {
  text: tell(
    'No recv goes across the mark, whatever its buffer: where it stops, SIOCATMARK says 1.',
    'Ningún recv pasa por encima de la marca, sea cual sea su búfer: donde para, SIOCATMARK dice 1.',
    'Cap recv no passa per damunt de la marca, sigui quin sigui el seu buffer: on s’atura, SIOCATMARK diu 1.',
  ),
  test(run) {
    const marks = run.calls('server', 'ioctl').filter(({ args }) => args.value === 1);
    const [mark] = marks;
    const before = run.calls('server', 'recv').filter(({ index }) => index < (mark?.index ?? 0));
    const bytes = before.reduce((sum, recv) => sum + recv.bytes, 0);
    const half = Math.ceil(Buffer.byteLength(run.parameters.text('message')) / 2);
    return decide(mark !== undefined && bytes === half, `${bytes} / ${half}`, before, marks);
  },
};

const TAKEN_APART: Check = {
  text: tell(
    'recv with MSG_OOB returns the urgent byte, beside the stream.',
    'recv con MSG_OOB devuelve el byte urgente, aparte del flujo.',
    'recv amb MSG_OOB retorna el byte urgent, a part del flux.',
  ),
  test(run) {
    const calls = run.calls('server', 'recv').filter(({ args }) => args.flags === 'MSG_OOB');
    return decide(run.report('server', 'urgent') === URGENT && calls[0]?.ret === 1, '', calls);
  },
};

const NOT_IN_THE_STREAM: Check = {
  text: tell(
    'What the other recvs return does not hold it: the stream goes on behind the byte.',
    'Lo que devuelven los demás recv no lo contiene: el flujo sigue después del byte.',
    'El que retornen els altres recv no el conté: el flux continua després del byte.',
  ),
  test(run) {
    const stream = String(run.report('server', 'stream') ?? '');
    return decide(stream === run.parameters.text('message'), stream, run.calls('server', 'recv'));
  },
};

const STAYS_IN_THE_STREAM: Check = {
  text: tell(
    'With SO_OOBINLINE an ordinary recv returns the byte, at its place.',
    'Con SO_OOBINLINE un recv corriente devuelve el byte, en su sitio.',
    'Amb SO_OOBINLINE un recv corrent retorna el byte, al seu lloc.',
  ),
  test(run) {
    const stream = String(run.report('server', 'stream') ?? '');
    const half = Math.ceil(run.parameters.text('message').length / 2);
    return decide(stream.charAt(half) === URGENT, stream, run.calls('server', 'recv'));
  },
};

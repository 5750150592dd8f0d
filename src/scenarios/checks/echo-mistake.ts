import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { type Check, decide, fails, holds } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { plays } from '../support/plays.ts';

/** What is to be seen of a beginner's mistake (--mistake); by its name, and which side has to run here for it. */
export function mistakeChecks(parameters: Parameters): readonly Check[] {
  const found = CHECKS[parameters.text('mistake')] ?? [];
  return found.filter(({ side }) => plays(parameters, side)).map(({ check }) => check);
}

interface SideCheck {
  readonly side: 'client' | 'server';
  readonly check: Check;
}

const END_AGAIN_AND_AGAIN: Check = {
  text: {
    en: 'After the end of the stream recv returns 0 again and again, at once: who does not look turns in circles.',
    es: 'Tras el final del flujo, recv devuelve 0 una y otra vez, al instante: quien no lo comprueba da vueltas sin fin.',
    ca: 'Després del final del flux, recv retorna 0 una vegada i una altra, a l’instant: qui no ho comprova dona voltes sense fi.',
  },
  test(run) {
    const zeros = run.calls('server', 'recv').filter(({ ok, ret }) => ok && ret === 0);
    return decide(zeros.length > 1, times(zeros.length), zeros);
  },
};

const SEND_ON_LISTENER_FAILS: Check = {
  text: {
    en: 'send on the listening socket fails with EPIPE, and no segment leaves.',
    es: 'El send por el socket de escucha falla con EPIPE, y no sale ningún segmento.',
    ca: 'El send pel socket d’escolta falla amb EPIPE, i no surt cap segment.',
  },
  test(run) {
    const [send] = run.calls('server', ['send', 'sendall']).filter(({ errno }) => errno === 'EPIPE');
    if (send === undefined) return fails(DID_NOT_HAPPEN, run.calls('server', ['send', 'sendall']));
    const data = run.packets({ from: 'server', data: true });
    return data.length > 0 ? fails(DID_NOT_HAPPEN, data) : holds(send);
  },
};

const ONE_RECV_IS_LESS: Check = {
  text: {
    en: 'One recv returns fewer bytes than the client sends in all, though it asked for enough: a recv takes what is there.',
    es: 'Un recv devuelve menos bytes de los que el cliente envía en total, aunque ha pedido bastantes: un recv se lleva lo que hay.',
    ca: 'Un recv retorna menys bytes dels que el client envia en total, encara que n’ha demanat prou: un recv s’emporta el que hi ha.',
  },
  test(run) {
    const [recv] = run.calls('server', 'recv').filter(({ bytes }) => bytes > 0);
    const sends = run.calls('client', 'send').filter(({ ok }) => ok);
    const sent = sends.reduce((sum, { bytes }) => sum + bytes, 0);
    if (recv === undefined || sends.length === 0) return fails(DID_NOT_HAPPEN, recv, sends);
    return decide(recv.bytes < sent && (recv.length ?? 0) >= sent, ofBytes(recv.bytes, sent), recv, sends);
  },
};

const WAITS_FOR_NOTHING: Check = {
  text: {
    en: 'The client waits in recv for bytes that nobody will send: only its time limit ends it, with EAGAIN.',
    es: 'El cliente espera en recv unos bytes que nadie va a enviar: solo lo termina su límite de tiempo, con EAGAIN.',
    ca: 'El client espera a recv uns bytes que ningú no enviarà: només l’acaba el seu límit de temps, amb EAGAIN.',
  },
  test(run) {
    const stuck = run.calls('client', ['recv', 'poll']).filter(({ errno, name, ret }) => {
      return errno === 'EAGAIN' || (name === 'poll' && ret === 0);
    });
    return stuck.length > 0 ? holds(stuck) : fails(DID_NOT_HAPPEN, run.calls('client', 'recv'));
  },
};

const ACCEPT_IS_INVALID: Check = {
  text: {
    en: 'accept fails with EINVAL: the socket was never made to listen.',
    es: 'accept falla con EINVAL: el socket nunca se puso a escuchar.',
    ca: 'accept falla amb EINVAL: el socket no s’ha posat mai a escoltar.',
  },
  test(run) {
    const accepts = run.calls('server', 'accept');
    return decide(accepts.length > 0 && accepts.every(({ errno }) => errno === 'EINVAL'), '', accepts);
  },
};

const CONNECT_IS_REFUSED: Check = {
  text: {
    en: 'The client’s SYN is answered by a RST, and connect fails with ECONNREFUSED.',
    es: 'Al SYN del cliente le responde un RST, y connect falla con ECONNREFUSED.',
    ca: 'Al SYN del client li respon un RST, i connect falla amb ECONNREFUSED.',
  },
  test(run) {
    const [connect] = run.calls('client', 'connect').filter(({ errno }) => errno === 'ECONNREFUSED');
    const resets = run.packets({ flags: 'RST', from: 'server' });
    if (connect === undefined) return fails(DID_NOT_HAPPEN, run.calls('client', 'connect'));
    return decide(resets.length > 0 ? true : run.complete ? false : null, '', connect, resets);
  },
};

const CHECKS: Readonly<Record<string, readonly SideCheck[]>> = {
  'no-eof-check': [{ side: 'server', check: END_AGAIN_AND_AGAIN }],
  'send-on-listener': [{ side: 'server', check: SEND_ON_LISTENER_FAILS }],
  'one-recv': [{ side: 'server', check: ONE_RECV_IS_LESS }],
  'reply-first': [{ side: 'client', check: WAITS_FOR_NOTHING }],
  'both-wait': [{ side: 'client', check: WAITS_FOR_NOTHING }],
  'no-listen': [
    { side: 'server', check: ACCEPT_IS_INVALID },
    { side: 'client', check: CONNECT_IS_REFUSED },
  ],
};

function times(count: number): Check['text'] {
  return { en: en(count, 'time'), es: es(count, 'vez', 'veces'), ca: ca(count, 'vegada', 'vegades') };
}

function ofBytes(some: number, all: number): Check['text'] {
  return {
    en: `${some} of ${en(all, 'byte')}`,
    es: `${some} de ${es(all, 'byte')}`,
    ca: `${some} de ${ca(all, 'byte')}`,
  };
}

const DID_NOT_HAPPEN: Check['text'] = {
  en: 'it did not happen in this run',
  es: 'no ha ocurrido en esta ejecución',
  ca: 'no ha passat en aquesta execució',
};

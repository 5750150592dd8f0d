import type { failures as english } from '../en/failures.ts';
import { call, number, type Phrase, packet, text, waited } from '../parts.ts';
import { counted } from './plural.ts';

const errno: Phrase = (r) => text(r, 'errno');

/** What SO_REUSEADDR would have done, by who had not set it. */
const REUSE: Readonly<Record<string, string>> = {
  both: 'SO_REUSEADDR a tots dos serviria',
  here: 'SO_REUSEADDR aquí serviria',
  there: 'a l’altre li falta SO_REUSEADDR',
};
const reuse: Phrase = (r) => REUSE[text(r, 'help')] ?? 'SO_REUSEADDR no serveix';

const NOTHING: Readonly<Record<string, string>> = {
  receive: 'no havia arribat res',
  accept: 'no hi havia cap connexió a punt',
  send: 'no hi havia lloc al buffer d’enviament',
};
const LONG: Readonly<Record<string, string>> = {
  receive: 'no ha arribat res',
  accept: 'no ha arribat cap connexió',
  send: 'no hi ha hagut lloc al buffer d’enviament',
};

/** What the own kernel refused, and what was in the way. */
export const failures: Readonly<Record<keyof typeof english, Phrase>> = {
  'in-use-listener': (r, n) =>
    `EADDRINUSE: fd ${number(r, 'fd')} escolta a ${text(r, 'address')} des de ${call(r, n, 1)}; aquí SO_REUSEADDR no serveix`,
  'in-use-socket': (r, n) =>
    `EADDRINUSE: fd ${number(r, 'fd')} té ${text(r, 'address')} des de ${call(r, n, 1)}; ${reuse(r, n)}`,
  'in-use-connection': (r, n) =>
    `EADDRINUSE: ${call(r, n, 1)} (fd ${number(r, 'fd')}) té oberta una connexió al port; ${reuse(r, n)}`,
  'in-use-time-wait': (r, n) =>
    `EADDRINUSE: ${call(r, n, 1)} ha tancat primer, i ${text(r, 'state')} reté el port; ${reuse(r, n)}`,
  'in-use-other': (r) =>
    `EADDRINUSE: ${text(r, 'address')} és d’un altre programa, o resta en TIME-WAIT d’una execució anterior (vegeu ss -tuanp)`,
  'in-use-unseen': (r) =>
    `EADDRINUSE: ${text(r, 'address')} el té un socket que no consta en aquest registre`,
  'in-use-path': (r, n) =>
    `EADDRINUSE: el fitxer ${text(r, 'address')} ja existeix, ${r.calls.length > 1 ? `creat per ${call(r, n, 1)}` : 'deixat per un programa anterior'}; close no l’esborra, unlink sí`,
  'no-port-left': (r, n) => `${errno(r, n)}: no queda lliure cap port dels que reparteix el nucli`,
  'not-local': (r) => `EADDRNOTAVAIL: ${text(r, 'host')} no és cap adreça d’aquesta màquina`,
  'pair-in-use': (r) =>
    `EADDRNOTAVAIL: el port ${number(r, 'port')} ja té una connexió amb ${text(r, 'address')}, potser en TIME-WAIT`,
  'wrong-family': (r) =>
    `EAFNOSUPPORT: un socket ${text(r, 'family')} no admet adreces d’una altra família, com ${text(r, 'address')}`,
  'connecting-already': (r, n) =>
    r.packets.length > 0
      ? `EALREADY: ${call(r, n, 1)} encara connecta, el seu SYN (${packet(r, n)}) encara no té resposta`
      : `EALREADY: ${call(r, n, 1)} encara connecta`,
  'connected-already': (r, n) =>
    `EISCONN: ja l’ha connectat ${call(r, n, 1)}; per a una altra connexió cal un altre socket`,
  'closed-descriptor': (r, n) => `EBADF: ${call(r, n, 1)} ja havia tancat el descriptor`,
  'no-descriptor': (r) => `EBADF: ${number(r, 'fd')} no és cap descriptor obert d’aquest procés`,
  'not-a-socket': (r) =>
    `ENOTSOCK: el descriptor ${number(r, 'fd')} és obert, però és d’un fitxer, no d’un socket`,
  'no-destination': () =>
    'EDESTADDRREQ: la crida no dona cap adreça, i connect tampoc no n’ha donat cap al socket',
  'no-neighbour': (r) =>
    `EHOSTUNREACH: en ${waited(r)} ningú no ha respost que l’adreça ${text(r, 'host')} fos seva (ARP)`,
  'no-route-host': (r) =>
    `EHOSTUNREACH: la ruta cap a ${text(r, 'host')} està marcada com a inabastable; no ha sortit cap paquet`,
  'no-route-network': (r) =>
    `ENETUNREACH: aquesta màquina no té ruta cap a ${text(r, 'host')}; no ha sortit cap paquet`,
  'device-down': (r) => `ENETDOWN: la interfície de xarxa ${text(r, 'device')} està apagada`,
  'call-failed-size': (r, n) =>
    r.params.limit === undefined
      ? `${errno(r, n)}: ${counted(number(r, 'bytes'), 'byte')} no caben en un missatge; cap paquet`
      : `${errno(r, n)}: ${counted(number(r, 'bytes'), 'byte')}, i en un datagrama sobre ${text(r, 'version')} n’hi caben ${number(r, 'limit')}; cap paquet`,
  'groups-full': (r, n) =>
    `ENOBUFS: ${number(r, 'count')} grups de multidifusió per socket és el límit (igmp_max_memberships); l’últim: ${call(r, n, 1)}`,
  'no-buffers': () => 'ENOBUFS: el nucli no té memòria per fer-ho, o la cua de la interfície és plena',
  'no-such-option': (r) =>
    `ENOPROTOOPT: ${text(r, 'level')} no coneix l’opció ${text(r, 'option')} per a aquest socket`,
  'not-supported': (r) => `EOPNOTSUPP: un socket ${text(r, 'type')} no admet un ${text(r, 'name')} així`,
  'not-listening': () => 'EINVAL: el socket no escolta: listen va abans d’accept',
  'bound-already': (r, n) => `EINVAL: ${call(r, n, 1)} ja li ha donat adreça, i bind només es fa un cop`,
  'never-connected': (r, n) => `${errno(r, n)}: cap connect no ha connectat aquest socket`,
  'listener-only': (r, n) =>
    `${errno(r, n)}: des de ${call(r, n, 1)} només escolta; les dades van pel socket que retorna accept`,
  'connection-over': (r, n) =>
    `${errno(r, n)}: ja no hi ha connexió, i ${call(r, n, 1)} ja ho havia dit amb ${text(r, 'told')}`,
  'given-up': (r, n) => `${errno(r, n)}: l’altra banda no ha confirmat res, per més que s’ha insistit`,
  'no-such-path': (r) =>
    `ENOENT: no existeix el fitxer ${text(r, 'address')}: cap bind no l’ha creat, o s’ha esborrat`,
  'path-deserted': (r) => `ECONNREFUSED: el fitxer ${text(r, 'address')} existeix, però ningú no hi escolta`,
  'path-forbidden': (r, n) =>
    `${errno(r, n)}: ho prohibeixen els permisos de ${text(r, 'address')} o de la seva carpeta`,
  'refused-unseen': () =>
    'ECONNREFUSED: una resposta que no s’ha capturat ha dit que ningú no té aquest port',
  'port-privileged': (r, n) =>
    `${errno(r, n)}: el port ${number(r, 'port')} és menor que 1024: cal root o CAP_NET_BIND_SERVICE`,
  'raw-privileged': (r, n) => `${errno(r, n)}: per a un socket així cal root o CAP_NET_RAW`,
  'broadcast-forbidden': (r) =>
    `EACCES: ${text(r, 'host')} és una adreça de difusió i el socket no té SO_BROADCAST; cap paquet`,
  forbidden: (r) =>
    `EPERM: una regla del tallafoc d’aquesta màquina no deixa sortir res cap a ${text(r, 'host')}`,
  'call-would-block': (r, n) => {
    const by = text(r, 'by');
    const why =
      by === 'flag'
        ? ', i amb MSG_DONTWAIT no s’espera'
        : by === 'call'
          ? `, i ${call(r, n, 1)} ha posat O_NONBLOCK`
          : '';
    return `EAGAIN: ${NOTHING[text(r, 'what')] ?? 'hauria hagut d’esperar'}${why}`;
  },
  'call-timed-out': (r, n) => {
    const limit =
      r.calls.length > 1 ? `, el termini que ha fixat ${call(r, n, 1)} (${text(r, 'option')})` : '';
    return `EAGAIN: ${LONG[text(r, 'what')] ?? 'no ha passat res'} en ${waited(r)}${limit}`;
  },
};

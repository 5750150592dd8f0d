import type { IssueKind, Severity, Told } from '../../diagnosis/check/report.ts';
import { icmpText, n, otherSide, side, t, type Wording } from '../issue-parts.ts';
import { size, span } from '../units.ts';
import { ICMP } from './icmp.ts';
import { counted } from './plural.ts';
import { sentAgain } from './sent-again.ts';

export const severity: Readonly<Record<Severity, string>> = { warning: 'AVÍS', note: 'nota' };

const times = (count: number): string => counted(count, 'vegada', 'vegades');

/** Per què un RST no ha tingut efecte. */
const IGNORED: Readonly<Record<string, string>> = {
  unknown: ', fals o perdut pel camí',
  damaged: ', amb una suma de comprovació errònia',
  outside: ', amb un número fora de la finestra',
  challenged: ', respost amb un ACK de desafiament',
};

/** Què està malament als paquets, si és el mateix a tots. */
const WRONG: Readonly<Record<string, string>> = {
  header: ', a la capçalera IPv4',
  none: ', sense suma sobre IPv6',
};

export const issues: Readonly<Record<IssueKind, Wording>> = {
  refused: {
    title: 'Connexions rebutjades',
    why: 'Al SYN li ha respost un RST: ningú no escolta en aquest port, o el rebutja un tallafoc.',
    say: (issue, { a, b }) =>
      `${b} ha rebutjat ${a}${n(issue, 'syns') > 1 ? ` ${times(n(issue, 'syns'))}` : ''}`,
  },
  'handshake-unanswered': {
    title: 'Connexions sense resposta',
    why: 'Cap SYN no té resposta a la captura: la màquina és apagada, un tallafoc els llença, la cua d’accept és plena o les respostes han anat per un altre camí.',
    say: (issue, { a, b }) =>
      `${a} ha enviat ${counted(n(issue, 'syns'), 'SYN', 'SYN')} a ${b}` +
      (n(issue, 'early') === 1
        ? '; la captura acaba massa aviat per veure’n cap resposta'
        : n(issue, 'seconds') > 0
          ? ` durant ${span(n(issue, 'seconds'))} i no ha rebut resposta`
          : ' i no ha rebut resposta'),
  },
  'handshake-unfinished': {
    title: 'Connexions que no s’han arribat a establir',
    why: 'Ha arribat el SYN+ACK, i l’últim ACK no és a la captura: un escaneig, un remitent fals o una pèrdua.',
    say: (issue, { a, b }) =>
      `${b} ha respost a ${a}${n(issue, 'synAcks') > 1 ? ` ${times(n(issue, 'synAcks'))}` : ''}, ` +
      (n(issue, 'reset') === 1
        ? 'que l’ha tallada amb RST abans de quedar oberta'
        : n(issue, 'early') === 1
          ? 'i aquí acaba la captura'
          : 'que no ha continuat'),
  },
  'handshake-slow': {
    title: 'Connexions que han necessitat més d’un intent per establir-se',
    why: 'Un SYN o la seva resposta s’ha perdut o ha arribat tard, o la cua d’accept era plena: el primer reintent triga un segon sencer.',
    say: (issue, { a, b }) =>
      `${a} ha enviat ${counted(n(issue, 'syns'), 'SYN', 'SYN')} a ${b}, que ha enviat ${counted(n(issue, 'synAcks'), 'SYN+ACK', 'SYN+ACK')}` +
      (n(issue, 'seconds') > 0 ? `: connectat ${span(n(issue, 'seconds'))} tard` : ''),
  },
  'older-connection': {
    title: 'Connexions anteriors que feien nosa',
    why: 'L’altre extrem encara tenia una connexió anterior entre els mateixos ports, com després d’una caiguda o en TIME-WAIT, i ha respost amb un ACK d’aquella. Qui ha enviat el SYN l’ha acabada amb un RST i ha de tornar a enviar el seu SYN, al cap d’un segon sencer (RFC 9293 §3.5.1).',
    say: (issue, ends) =>
      `${side(issue, ends)} ha enviat ${counted(n(issue, 'syns'), 'SYN', 'SYN')} a ${otherSide(issue, ends)}, que primer ha respost per la connexió anterior` +
      (n(issue, 'seconds') > 0 ? `: connectat ${span(n(issue, 'seconds'))} tard` : ''),
  },
  reset: {
    title: 'Connexions tallades amb RST',
    why: 'Un RST llença el que encara no s’havia lliurat. Arriba quan un procés mor o tanca amb dades sense llegir o amb SO_LINGER 0, quan una banda es rendeix, o d’un equip intermedi en nom seu.',
    say: (issue, ends) =>
      `${side(issue, ends)} ha tallat la connexió amb ${otherSide(issue, ends)} al cap de ${span(n(issue, 'seconds'))}, ` +
      `quan havia enviat ${size(n(issue, t(issue, 'side') === 'A' ? 'fromA' : 'fromB'))} i l’altre ${size(n(issue, t(issue, 'side') === 'A' ? 'fromB' : 'fromA'))}` +
      (n(issue, 'closed') === 1 ? '; ja s’estava tancant' : '') +
      (n(issue, 'gone') > 0
        ? `; havia enviat ${counted(n(issue, 'gone'), 'keep-alive', 'keep-alive')} sense resposta`
        : '') +
      (n(issue, 'crossedFrame') > 0
        ? `; ${span(n(issue, 'crossedAfter'))} més tard, a la trama ${n(issue, 'crossedFrame')}, l’ha tallada també ${otherSide(issue, ends)}, abans que ho pogués saber${n(issue, 'spokeFrame') > 0 ? '' : ': totes dues bandes s’han rendit alhora, o algú del camí les ha tallat totes dues'}`
        : '') +
      (n(issue, 'spokeFrame') > 0
        ? `; però ${span(n(issue, 'spokeAfter'))} més tard, a la trama ${n(issue, 'spokeFrame')}, continua com si no en sabés res: sembla que algú del camí va enviar el RST en nom seu (falsificat, o un equip intermedi)`
        : ''),
  },
  'reset-ignored': {
    title: 'RST sense efecte',
    why: 'La conversa ha continuat després. Qui falsifica un RST, o un equip intermedi, n’ha d’endevinar el número: fora de la finestra es descarta, i dins es respon amb un ACK de desafiament (RFC 5961).',
    say: (issue, ends) =>
      `${n(issue, 'count')} RST en nom de ${side(issue, ends)}${IGNORED[t(issue, 'why')] ?? ''}; ${otherSide(issue, ends)} ha continuat`,
  },
  timeouts: {
    title: 'Retransmissions per haver vençut el termini',
    why: 'S’ha tornat a enviar després d’un silenci de 150 ms o més, o després d’esperes que es dupliquen: l’emissor ha estat aturat fins que s’ha exhaurit el seu temporitzador. El que esperava s’ha perdut, o ha arribat tard.',
    say: (issue, ends) =>
      `${side(issue, ends)} ha esperat ${span(n(issue, 'seconds'))} per ${counted(n(issue, 'timeouts'), 'termini vençut', 'terminis vençuts')}; ` +
      `${sentAgain(issue)}` +
      (n(issue, 'unseen') > 0
        ? `; de ${n(issue, 'unseen')} d’ells la primera còpia no és a la captura`
        : '') +
      (n(issue, 'unsure') > 0
        ? `; uns ACK n’han demanat ${n(issue, 'unsure')}, que potser han vingut per això: no es veu com de lluny és l’emissor`
        : ''),
  },
  'fast-retransmissions': {
    title: 'Retransmissions sense que vencés el termini',
    why: 'Els han demanat els ACK, com després d’una pèrdua o quan uns paquets n’avancen d’altres: cada cop costa si fa no fa un viatge d’anada i tornada, i l’emissor baixa el ritme.',
    say: (issue, ends) =>
      `${side(issue, ends)} ${sentAgain(issue)}` +
      (n(issue, 'seconds') > 0 ? `, ${span(n(issue, 'seconds'))} tard` : '') +
      (n(issue, 'unseen') > 0 ? `; de ${n(issue, 'unseen')} d’ells la primera còpia no és a la captura` : ''),
  },
  'unprompted-retransmissions': {
    title: 'Enviat un altre cop sense que res ho demanés',
    why: 'Cap ACK de la captura no mostra que faltessin, i el silenci d’abans ha estat curt: l’emissor ha sondejat una pèrdua final (TLP, RFC 8985), el seu temporitzador és de menys de 150 ms, o han arribat tard a la captura. Quina de les tres coses no es veu.',
    say: (issue, ends) => `${side(issue, ends)} ${sentAgain(issue)}`,
  },
  'too-big-retransmissions': {
    title: 'Enviat un altre cop perquè era massa gran',
    why: 'Un encaminador no ha pogut passar els paquets i ho ha dit per ICMP: l’emissor aprèn quina mida admet el camí, i envia els seus bytes un altre cop en paquets més petits (descobriment de l’MTU del camí, RFC 1191 i 8201).',
    say: (issue, ends) =>
      `${side(issue, ends)} ha enviat ${counted(n(issue, 'count'), 'segment')} per això (${size(n(issue, 'bytes'))})`,
  },
  'fast-open-refused': {
    title: 'Dades de Fast Open que s’han hagut de tornar a enviar',
    why: 'El SYN portava dades, i el SYN+ACK només ha confirmat el SYN: el servidor no coneix Fast Open, o no ha acceptat la galeta (cookie). El client torna a enviar les dades com sense Fast Open (RFC 7413): només es perd el temps d’anada i tornada que s’havia d’estalviar.',
    say: (issue, ends) =>
      `${side(issue, ends)} ha tornat a enviar ${counted(n(issue, 'count'), 'segment')} per això (${size(n(issue, 'bytes'))})`,
  },
  'spurious-retransmissions': {
    title: 'Enviat un altre cop encara que ja tenia ACK',
    why: 'L’ACK s’ha perdut o ha arribat tard, o el temporitzador és massa curt: no calia tornar a enviar res, però l’emissor pot baixar el ritme.',
    say: (issue, ends) => `${side(issue, ends)} ho ha fet ${times(n(issue, 'count'))}`,
  },
  'never-acknowledged': {
    title: 'Dades que ningú no ha confirmat',
    why: 'A la captura no hi ha cap ACK que abasti aquests bytes: l’altre extrem ja no hi era, el camí es va tallar, o la connexió es va reiniciar abans que pogués contestar. No es veu si van arribar, tret dels que va anomenar un ACK selectiu.',
    say: (issue, ends) =>
      `${n(issue, 'more') === 1 ? 'almenys ' : ''}${size(n(issue, 'bytes'))} de ${side(issue, ends)} a ${otherSide(issue, ends)}, ${span(n(issue, 'from'))} després de començar la conversa` +
      (n(issue, 'seconds') > 0 ? ` i durant els ${span(n(issue, 'seconds'))} següents` : '') +
      (n(issue, 'again') > 0
        ? `, i ${n(issue, 'again') === 1 ? '1 vegada' : `${n(issue, 'again')} vegades`} més, l’última ${span(n(issue, 'lasted'))} després de la primera`
        : '') +
      (n(issue, 'reported') > 0
        ? ` (${size(n(issue, 'reported'))} havien arribat darrere d’un forat, segons un ACK selectiu)`
        : '') +
      (t(issue, 'reset') === ''
        ? `; la captura continua ${span(n(issue, 'after'))} més`
        : n(issue, 'sinceReset') < 0
          ? `; ${span(-n(issue, 'sinceReset'))} abans havia arribat un RST de ${t(issue, 'reset') === 'A' ? ends.a : ends.b}, o en nom seu`
          : `; després ${t(issue, 'reset') === 'A' ? ends.a : ends.b} ha reiniciat la connexió`),
  },
  'received-twice': {
    title: 'Dades que han arribat dues vegades',
    why: 'Ho diu el receptor en els seus ACK (D-SACK, RFC 2883). El que es va tornar a enviar no s’havia perdut: el seu ACK es va perdre o va arribar tard, o uns paquets en van avançar d’altres. Si no, la xarxa ha lliurat un mateix paquet dues vegades.',
    say: (issue, ends) =>
      `${otherSide(issue, ends)} avisa ${n(issue, 'count') === 1 ? '1 vegada' : `${n(issue, 'count')} vegades`} que ha rebut bytes de ${side(issue, ends)} dues vegades (${size(n(issue, 'bytes'))})` +
      (n(issue, 'again') > 0 ? `; ${n(issue, 'again')} per un reenviament que no calia` : '') +
      (n(issue, 'twice') > 0
        ? `; en ${n(issue, 'twice')} la xarxa ha lliurat el mateix paquet dues vegades`
        : '') +
      (n(issue, 'count') > n(issue, 'again') + n(issue, 'twice')
        ? `; de ${n(issue, 'count') - n(issue, 'again') - n(issue, 'twice')} a la captura només hi ha una còpia`
        : ''),
  },
  overtaken: {
    title: 'Segments desordenats',
    why: 'Han arribat tan poc després d’altres de posteriors que més aviat aquests els han avançat (més d’una ruta o cua), i no que s’hagin perdut i tornat a enviar; si són molts, a TCP li semblen pèrdues.',
    say: (issue, ends) =>
      `${n(issue, 'count')} de ${counted(n(issue, 'segments'), 'segment')} de ${side(issue, ends)} ${n(issue, 'count') === 1 ? 'ha' : 'han'} arribat tard`,
  },
  'captured-twice': {
    title: 'Paquets capturats dues vegades',
    why: 'Un paquet repetit amb les mateixes capçaleres, també la identificació IP i la marca de temps, o tan aviat que ningú no el pot haver enviat un altre cop, no s’ha enviat un altre cop: el punt de captura veu els paquets dues vegades (un port mirall, un pont o la interfície «any»), o la xarxa els ha lliurat dues vegades. Res més no compta les segones captures.',
    say: (issue, ends) => `${counted(n(issue, 'count'), 'còpia', 'còpies')} de ${side(issue, ends)}`,
  },
  'zero-window': {
    title: 'Receptors que han aturat l’emissor',
    why: 'Una finestra de 0: el programa d’allà no llegeix prou de pressa.',
    say: (issue, ends) =>
      (n(issue, 'stalled') === 1
        ? `${side(issue, ends)} no llegia i ha aturat ${otherSide(issue, ends)} ${times(n(issue, 'count'))}, `
        : `${side(issue, ends)} ha tancat la seva finestra ${times(n(issue, 'count'))}, i no es veu ningú que l’esperi, `) +
      `${span(n(issue, 'seconds'))} en total` +
      (n(issue, 'never') === 1 ? '; la seva finestra no s’ha tornat a obrir' : ''),
  },
  'window-full': {
    title: 'Emissors que han omplert la finestra',
    why: 'Tot el que cabia al receptor era en camí: l’emissor ha esperat el seu proper ACK. Hi ajuda un buffer de recepció més gran, o llegir més de pressa.',
    say: (issue, ends) =>
      `${otherSide(issue, ends)} ha hagut d’esperar ${times(n(issue, 'count'))} que hi hagués lloc a ${side(issue, ends)}, ${span(n(issue, 'seconds'))} en total`,
  },
  'fin-again': {
    title: 'FIN enviats un altre cop',
    why: 'S’ha perdut el FIN o el seu ACK, o l’altra banda no ha respost a temps: cap dada no l’espera.',
    say: (issue, ends) =>
      `${side(issue, ends)} ho ha fet ${times(n(issue, 'count'))}` +
      (n(issue, 'waiting') === 1 ? `, i ${otherSide(issue, ends)} no ha donat mai l’ACK` : ''),
  },
  'checksum-damage': {
    title: 'Sumes de comprovació que no corresponen',
    why: 'La suma de TCP, d’UDP o de la capçalera IPv4 no correspon al paquet, o UDP sobre IPv6 no en porta (RFC 8200 §8.1). S’ha malmès pel camí, i llavors qui el rep el llença sense dir res; o s’ha capturat abans que la targeta de xarxa fes la suma (offload).',
    say: (issue, ends) =>
      `${counted(n(issue, 'wrong'), 'paquet')} de ${side(issue, ends)}${WRONG[t(issue, 'what')] ?? ''}` +
      (n(issue, 'again') === 1
        ? `, ${n(issue, 'wrong') === 1 ? 'enviat' : 'enviats'} un altre cop més tard: sembla que ${n(issue, 'wrong') === 1 ? 's’ha malmès' : 's’han malmès'}`
        : `; no es veu si l’altra banda ${n(issue, 'wrong') === 1 ? 'l’ha acceptat' : 'els ha acceptat'}`) +
      (n(issue, 'silent') === 1 ? '; no ha tornat res, i pot ser per això' : ''),
  },
  'checksum-offload': {
    title: 'Sumes de comprovació que fa la targeta de xarxa',
    why: 'S’han capturat a la màquina que els ha enviat, abans que la targeta les posés (offload), o a la que els ha rebut, la targeta de la qual ha ajuntat diversos paquets (LRO): contenen una part de la suma, o estan malament i l’altra banda ha donat el seu ACK als paquets igualment. D’UDP només es veu que l’altra banda també envia datagrames.',
    say: (issue, { a }) =>
      `${counted(n(issue, 'count'), 'paquet')} en ${counted(n(issue, 'directions'), 'sentit')}, el primer de ${a}`,
  },
  'nagle-delayed-ack': {
    title: 'La regla de Nagle contra l’ACK retardat',
    why: 'Ha arribat tard un ACK i de seguida han sortit més dades: així es veu quan l’emissor reté les dades petites fins que tot té ACK i el receptor el retarda. Envia el missatge sencer amb una crida, o posa TCP_NODELAY.',
    say: (issue, ends) =>
      `${side(issue, ends)} ha esperat ${times(n(issue, 'count'))} l’ACK retardat de ${otherSide(issue, ends)}, ${span(n(issue, 'seconds'))} en total`,
  },
  'small-segments': {
    title: 'Dades en segments petits',
    why: 'Cada segment costa 40 bytes de capçaleres i una crida al sistema: ajunta les dades abans d’enviar-les.',
    say: (issue, ends) =>
      `${n(issue, 'small')} de ${n(issue, 'segments')} segments de ${side(issue, ends)} ${n(issue, 'small') === 1 ? 'porta' : 'porten'} menys de 128 bytes (${Math.round(n(issue, 'bytes'))} de mitjana)` +
      (n(issue, 'from') > 1 ? `; trames a partir del número ${n(issue, 'from')} d’ells` : ''),
  },
  'mixed-vlans': {
    title: 'Connexions de diverses VLAN en una',
    why: 'Els paquets entre les mateixes adreces i ports porten números de VLAN diferents, i els seus números de seqüència no lliguen: són diverses connexions, que aquí es compten com una, igual que a Wireshark. Les seves xifres i marques no diuen res; separeu les VLAN (sockscope convert amb --filter) i reviseu-les una per una.',
    say: (issue, { a, b }) =>
      `${a} i ${b}, VLAN ${t(issue, 'vlans')}: --filter "vlan.id == ${n(issue, 'first')}" agafa la primera`,
  },
  'missing-from-capture': {
    title: 'Paquets que falten a la captura',
    why: 'Han tingut ACK, per tant han arribat: la captura els ha perdut, o només veu un dels camins. La resta del que es digui d’aquestes connexions és dubtosa.',
    say: (issue, ends) =>
      n(issue, 'synAck') === 1
        ? `el SYN+ACK de ${otherSide(issue, ends)} a ${side(issue, ends)}, la connexió del qual s’ha obert`
        : `${counted(n(issue, 'count'), 'ACK', 'ACK')} de dades que ha enviat ${side(issue, ends) === ends.a ? ends.b : ends.a} i que la captura no té`,
  },
  'gap-in-data': {
    title: 'Dades que falten a la captura',
    why: 'Els números dels bytes fan un salt, i el que falta no ha arribat en cap moment.',
    say: (issue, ends) =>
      `falten ${size(n(issue, 'bytes'))} de ${side(issue, ends)} en ${counted(n(issue, 'count'), 'lloc', 'llocs')}, primer abans de la trama ${n(issue, 'frame')}` +
      (t(issue, 'known') === 'one-way'
        ? '; només hi ha aquest sentit, i no es veu si algú els confirma'
        : t(issue, 'known') === 'early'
          ? '; la captura acaba massa aviat per veure si es tornen a enviar'
          : '; ningú no els confirma: s’han perdut pel camí, o a la captura amb el que seguia'),
  },
  'dropped-by-capture': {
    title: 'La captura ha perdut paquets',
    why: 'El programa que capturava anava massa lent: hi ajuda un buffer més gran, un filtre o un snaplen més petit.',
    say: (issue) => `${t(issue, 'name')}: ${n(issue, 'dropped')} perduts de ${n(issue, 'received')} rebuts`,
  },
  'one-sided': {
    title: 'Només s’ha capturat un sentit',
    why: 'Al fitxer no hi ha res de l’altra banda: una ruta asimètrica, o un filtre que deixa passar un sol sentit.',
    say: (issue, ends) =>
      `${counted(n(issue, 'count'), 'paquet')} de ${side(issue, ends)}, cap de ${otherSide(issue, ends)}`,
  },
  'datagrams-unanswered': {
    title: 'Datagrames sense resposta',
    why: 'La captura no té cap resposta per a ells; en protocols d’un sol sentit pot ser el normal.',
    say: (issue, { a, b }) =>
      `${counted(n(issue, 'count'), 'datagrama', 'datagrames')} de ${a} a ${b}` +
      (n(issue, 'early') === 1
        ? '; la captura acaba massa aviat per veure’n cap resposta'
        : n(issue, 'answered') > 0
          ? `, sense resposta en un segon; respostes a altres, o més tard: ${n(issue, 'answered')}`
          : ''),
  },
  'pings-unanswered': {
    title: 'Pings sense resposta',
    why: 'Tota màquina ha de respondre a una petició d’eco (RFC 1122), i a la captura no hi ha resposta: la màquina és apagada, un tallafoc descarta l’una o l’altra, s’han perdut, o les respostes han anat per un altre camí.',
    say: (issue, ends) =>
      `${side(issue, ends)} no té resposta de ${otherSide(issue, ends)} a ${n(issue, 'count')} de ${counted(n(issue, 'sent'), 'petició', 'peticions')} d’eco`,
  },
  'icmp-error': {
    title: 'Errors ICMP',
    why: 'Una màquina o un encaminador del camí diu per què no han arribat els paquets.',
    say: (issue, ends) =>
      `${icmpText(n(issue, 'code'), n(issue, 'version'), ICMP)}, ${times(n(issue, 'count'))}, ` +
      (n(issue, 'quoted') === 0
        ? 'sobre '
        : `${n(issue, 'count') === 1 ? '' : 'el primer '}sobre la trama ${n(issue, 'quoted')}, `) +
      `${side(issue, ends)} a ${otherSide(issue, ends)}`,
  },
  'keep-alives': {
    title: 'Keep-alive',
    why: 'Una banda pregunta si l’altra, que calla, encara hi és (SO_KEEPALIVE). No és cap falta mentre rebi resposta.',
    say: (issue, ends) =>
      `${n(issue, 'count')} de ${side(issue, ends)}` +
      (n(issue, 'unanswered') > 0 ? `; als últims ${n(issue, 'unanswered')} la captura no té resposta` : ''),
  },
  probes: {
    title: 'Sondejos d’una finestra tancada',
    why: 'Mentre la finestra és 0, l’emissor pregunta per ella de tant en tant. Uns envien el byte següent (RFC 9293 §3.8.6.1); Linux, cap, amb un número menys que el següent, i Wireshark en diu keep-alive.',
    say: (issue, ends) => `${n(issue, 'count')} de ${side(issue, ends)} a ${otherSide(issue, ends)}`,
  },
  'clock-back': {
    title: 'El temps va enrere',
    why: 'Un pas petit és com s’escriuen els paquets de més d’una cua; un de gran vol dir que s’ha posat el rellotge a l’hora, o que s’han ajuntat captures.',
    say: (issue) => `${times(n(issue, 'count'))}, com a molt ${span(n(issue, 'ms') / 1e3)}`,
  },
  'clock-forward': {
    title: 'Salts del rellotge, o silencis que ho semblen',
    why: 'S’ha avançat el rellotge, o les màquines han dormit, on les marques de temps de les dues bandes (RFC 7323) mostren que gairebé no ha passat temps. On no n’hi ha, també pot ser un silenci llarg. Tot temps que hi passa per sobre és dubtós.',
    say: (issue) =>
      `${span(n(issue, 'seconds'))} abans de la trama ${n(issue, 'frame')}: ` +
      (issue.params.passed === undefined
        ? `o no s’ha enviat res o s’ha canviat l’hora; després ${n(issue, 'flows') === 1 ? 'ha seguit' : 'han seguit'} ${counted(n(issue, 'flows'), 'conversa', 'converses')}`
        : `segons les marques de temps de ${counted(n(issue, 'flows'), 'conversa', 'converses')} no han passat més de ${span(n(issue, 'passed'))}`),
  },
  'no-times': {
    title: 'Paquets sense hora',
    why: 'Els Simple Packet Blocks de pcapng no en tenen: se suposa que cadascun arriba amb el paquet anterior, i els temps són aproximats.',
    say: (issue) => counted(n(issue, 'count'), 'paquet'),
  },
  undelivered: {
    title: 'Dades que no han arribat mai al programa',
    why: 'Un programa les va lliurar per enviar-les i l’altre no les va rebre: es van perdre amb un RST, o van quedar sense llegir.',
    say: (issue, ends) =>
      `${size(n(issue, 'bytes'))} dels ${size(n(issue, 'sent'))} que ${side(issue, ends)} ha enviat a ${otherSide(issue, ends)}`,
  },
  'datagrams-lost': {
    title: 'Datagrames que no han arribat al programa',
    why: 'UDP no avisa ningú quan un datagrama es perd, es descarta, es talla o queda sense llegir: només ho mostren les crides de totes dues bandes.',
    say: () => '',
  },
  'never-accepted': {
    title: 'Connexions que ningú no ha acceptat',
    why: 'El nucli va establir la connexió, i el programa no va treure mai la connexió de la cua.',
    say: () => '',
  },
  'call-unfinished': {
    title: 'Crides que no han retornat mai',
    why: 'Encara esperaven quan va acabar l’enregistrament.',
    say: () => '',
  },
  'seen-in-calls': {
    title: 'Vist a les crides',
    why: 'Els paquets tots sols no ho mostren.',
    say: () => '',
  },
  'damaged-packets': {
    title: 'Paquets amb capçaleres sense sentit',
    why: 'El que diuen les seves capçaleres no pot ser: s’han malmès, o no són el que diuen que són.',
    say: (issue) => `${counted(n(issue, 'count'), 'paquet')}: ${t(issue, 'what')}`,
  },
  'filled-late': {
    title: 'Forats que s’han omplert més tard',
    why: 'Uns segments omplen forats dels quals ningú no s’havia queixat: les seves primeres còpies s’han perdut abans de la captura, o aquestes són les primeres, i arriben tard. La captura no mostra quina de les dues coses.',
    say: (issue, ends) => `${counted(n(issue, 'count'), 'segment')} de ${side(issue, ends)}`,
  },
  'fragments-overlap': {
    title: 'Fragments que s’encavalquen',
    why: 'Hi ha fragments amb bytes del seu datagrama que d’altres ja havien portat. Cap emissor no talla així: és com s’enganyen els filtres que només llegeixen una còpia (RFC 1858, RFC 3128), una capçalera malmesa, o identificacions que s’han repetit massa aviat (RFC 4963). Quina còpia pren un receptor és cosa seva; amb IPv6, i a Linux també amb IPv4, descarta tot el datagrama (RFC 5722).',
    say: (issue) =>
      `${counted(n(issue, 'fragments'), 'fragment')} en ${counted(n(issue, 'count'), 'datagrama', 'datagrames')}; ` +
      (n(issue, 'differing') > 0
        ? `${n(issue, 'differing')} amb uns altres bytes que els que ja havien arribat`
        : 'tots amb els bytes que ja havien arribat'),
  },
  'fragments-missing': {
    title: 'Datagrames dels quals falten fragments',
    why: 'IP porta en fragments el que és més gran que l’MTU, i sense un d’ells el receptor ho descarta tot. A la captura n’hi falten: s’han perdut, han anat per un altre camí o els ha deixat fora un filtre de captura (només el primer fragment té ports).',
    say: (issue) =>
      `${counted(n(issue, 'count'), 'datagrama', 'datagrames')}: la captura té ${counted(n(issue, 'fragments'), 'fragment')}, però no tots`,
  },
  'cut-packets': {
    title: 'Paquets tallats, massa per descodificar-los',
    why: 'La captura només desa els primers bytes de cada paquet (snaplen), i les capçaleres acaben més enllà: hi ajuda un snaplen més gran.',
    say: (issue) => `${counted(n(issue, 'count'), 'paquet')}: ${t(issue, 'what')}`,
  },
  'undecoded-packets': {
    title: 'Paquets que no es descodifiquen',
    why: 'No se’n sap res: el que porten no s’ha comprovat.',
    say: (issue) => `${counted(n(issue, 'count'), 'paquet')}: ${t(issue, 'what')}`,
  },
  'damaged-file': {
    title: 'El fitxer és malmès',
    why: 'S’ha revisat el que s’ha pogut llegir.',
    say: (issue) =>
      `${t(issue, 'what')} (al byte ${n(issue, 'offset')})${n(issue, 'count') > 1 ? `, i ${n(issue, 'count') - 1} més` : ''}`,
  },
};

/** What the calls say of an issue, where the time line has no words for it. */
export const told = {
  'calls-blocked': ({ params, calls }: Told): string =>
    `${counted(Number(params.count), 'crida', 'crides')} ${Number(params.count) === 1 ? 'hi ha esperat' : 'hi han esperat'}, ${span(Number(params.ms) / 1e3)} en total; ${calls[0]?.name ?? ''} ${span(Number(params.most) / 1e3)}`,
  'calls-failed': ({ params, calls }: Told): string =>
    `${calls[0]?.name ?? ''} ha fallat amb ${params.errno}`,
};

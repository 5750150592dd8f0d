import type { LessonName } from '../words.ts';

/** What stands behind kinds of reasons, for somebody who meets them for the first time. */
export const lessons: Readonly<Record<LessonName, string>> = {
  data: 'send copia els bytes al buffer d’enviament i retorna; TCP talla el flux en segments segons la finestra i l’MSS. Un send no és un paquet.',
  again:
    'Un segment del qual ningú no confirma la recepció es torna a enviar: quan venç un termini, o de seguida si els ACK duplicats mostren que n’han arribat de posteriors.',
  ack: 'Un ACK diu quin és el proper byte que s’espera. Diu que el nucli té els bytes, no que el programa els hagi llegit.',
  fin: 'Un FIN acaba un sentit del flux: per aquí ja no venen més bytes. L’altre sentit continua fins al seu propi FIN.',
  reset:
    'Un RST acaba la connexió de cop: el que encara era de camí es perd. A l’altra banda recv lliura el que ja havia arribat i després falla amb ECONNRESET; send també falla.',
  window:
    'La finestra diu per a quants bytes té lloc encara el receptor. recv fa lloc; un buffer ple tanca la finestra i atura l’emissor.',
  datagram:
    'Un sendto és un datagrama, i un recvfrom recull un datagrama. Res no es torna a enviar, i ningú no diu si ha arribat.',
  blocked:
    'Una crida bloquejant dorm al nucli fins que pot fer alguna cosa; la línia gruixuda mostra quanta estona.',
  syn: 'connect envia un SYN: el primer de tres passos. Porta el primer número de seqüència, i el que ofereix aquest extrem va a les seves opcions, si en té (MSS, escala de finestra, SACK).',
  'syn-again':
    'Un SYN sense resposta es torna a enviar: a Linux, al cap d’1 s; des de la versió 6.5, els quatre primers cops cada 1 s, i després cada cop més de tard en tard.',
  'syn-ack':
    'El nucli de la banda que escolta respon pel seu compte: la connexió és completa abans que el programa cridi accept. accept només la treu de la cua.',
  'syn-ack-again': 'Un SYN+ACK sense resposta es torna a enviar.',
  'syn-crossed': 'Totes dues bandes han cridat connect alhora: una obertura simultània.',
  'handshake-ack':
    'El tercer pas: ara cada banda coneix el primer número de seqüència de l’altra. El nucli l’envia tot sol de seguida que arriba el SYN+ACK: connect ja té el que esperava.',
  'handshake-ack-again': 'El SYN+ACK ha arribat dues vegades, i per això l’ACK s’envia dues vegades.',
  'data-nagle':
    'L’algorisme de Nagle reté un segment petit mentre hi hagi bytes anteriors sense ACK. TCP_NODELAY el desactiva.',
  'ack-delayed':
    'El nucli espera una mica (40 ms o més a Linux) abans de confirmar la recepció: potser una resposta s’endurà l’ACK.',
  'captured-twice':
    'El punt de captura ha vist un mateix paquet dues vegades, com fan els ports mirall, els ponts i la interfície «any», o la xarxa l’ha lliurat dues vegades: ningú no l’ha enviat un altre cop.',
  'dup-ack':
    'Ha arribat un segment quan en falta un d’anterior: es torna a enviar el mateix ACK. Amb tres, l’emissor repeteix de seguida.',
  'keep-alive': 'SO_KEEPALIVE pregunta si encara hi és a un extrem que fa estona que calla.',
  'challenge-ack': 'A un segment que no pot ser correcte se li respon amb un ACK, en lloc de creure-se’l.',
  'rst-refused':
    'Ningú no escolta en aquest port: el nucli respon al SYN amb un RST, i connect falla amb ECONNREFUSED.',
  'rst-unread':
    'close amb bytes sense llegir envia un RST en lloc d’un FIN: l’altra banda ha de saber que no s’han recollit.',
  'rst-linger': 'SO_LINGER amb 0 segons converteix close en un RST.',
  'icmp-unreachable':
    'Ningú no té aquest port UDP: el nucli envia ICMP «port inabastable». Només se n’assabenta un socket connectat, amb ECONNREFUSED (els altres, només amb IP_RECVERR).',
  'call-local': 'Aquesta crida només canvia el que el nucli guarda del socket.',
  'call-listen':
    'A partir d’ara el nucli respon ell mateix als SYN, i desa les connexions completes en una cua fins que accept les agafa.',
  'call-unix': 'Els sockets del domini UNIX copien els bytes dins del nucli.',
  'connect-waited': 'connect dorm fins que arriba el SYN+ACK: un viatge d’anada i tornada. No espera accept.',
  'connect-in-progress': 'Un connect no bloquejant retorna de seguida; poll diu quan ha acabat.',
  'connect-failed': 'La connexió no s’ha arribat a establir.',
  'accept-waited': 'accept dorm fins que hi ha una connexió completa a la cua.',
  'accept-queued': 'La connexió ja era completa i esperava a la cua que va crear listen.',
  'recv-waited':
    'recv dorm mentre el buffer de recepció és buit, i quan es desperta s’emporta el que hi hagi.',
  'recv-there': 'El nucli havia rebut els bytes abans que el programa els demanés.',
  'recv-end': 'recv retorna 0 quan l’altra banda ha acabat el seu sentit i ja s’ha llegit tot.',
  'send-blocked':
    'send dorm mentre el buffer d’enviament és ple: el receptor o la xarxa van més a poc a poc que l’emissor.',
  'send-short': 'send pot prendre menys bytes dels que se li donen: mira què retorna i envia la resta.',
  'send-later': 'send retorna quan els bytes s’han copiat, no quan han sortit.',
  'close-shared': 'El FIN s’envia en tancar l’últim descriptor del socket: un fork també en té un.',
  'close-listener': 'Un socket d’escolta no té ningú a l’altra banda a qui dir-ho.',
  'close-after-shutdown': 'shutdown ja va enviar el FIN; close només torna el descriptor.',
  urgent:
    'Linux desa a part un sol byte urgent, i recv només el dona amb MSG_OOB. Un recv normal s’atura al seu lloc, que SIOCATMARK troba, i continua darrere seu.',
  signal:
    'Un senyal que no es gestiona té una acció per defecte: gairebé tots acaben amb el procés, STOP l’atura, CHLD s’ignora. Si es gestiona, la crida bloquejada falla amb EINTR o es reprèn (SA_RESTART). Cap paquet no parla d’un senyal, només del que el nucli fa després amb els sockets.',
};

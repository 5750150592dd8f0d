import type { ReadingKind } from '../../diagnosis/readings.ts';

/** What we say of a frame where Wireshark says something else, and why. */
export const readings: Readonly<Record<ReadingKind, readonly [ours: string, because: string]>> = {
  'persist-probe': [
    'un sondeig de la finestra tancada',
    'l’altra banda havia dit finestra 0, i Linux sondeja sense dades, un número per sota del següent (RFC 9293 §3.8.6.1)',
  ],
  'sent-again': [
    'enviat un altre cop',
    'aquests mateixos bytes ja s’havien capturat abans: res no els ha avançat',
  ],
  'captured-twice': [
    'el mateix paquet, capturat dues vegades',
    'les seves capçaleres són les de la còpia anterior, fins a la identificació IP, llevat del que canvien els routers',
  ],
  'first-copy-unseen': [
    'la seva primera còpia no és a la captura',
    'el forat que omple ja hi era: es va perdre abans de capturar-se, o aquesta és la primera còpia, tardana',
  ],
  'first-scaled': [
    'la mateixa finestra que al SYN',
    'la finestra d’un SYN va en bytes, i les següents compten en unitats de l’escala (RFC 7323 §2.2)',
  ],
  'probe-byte': [
    'el byte del sondeig de finestra ha estat acceptat',
    'aquest byte s’ha capturat: és el que portava el sondeig anterior',
  ],
  'behind-probe-byte': [
    'no falta res abans d’ell',
    'el byte que hi ha al mig anava al sondeig de finestra, i té ACK',
  ],
  'new-connection': [
    'un SYN d’una connexió nova',
    'l’anterior, que va començar amb el mateix número, s’havia tallat amb un RST',
  ],
  'data-behind': [
    'es va enviar una vegada i es va capturar després del seu ACK',
    'no se’n va capturar cap còpia abans d’aquell ACK, i ningú no reenvia tan poc després',
  ],
  'ack-ahead': [
    'no hi falta res',
    'el que aquest ACK confirma és darrere seu a la captura, com quan es capturen diverses cues o diversos ports',
  ],
  'ack-older': [
    'el número d’una connexió anterior',
    'qui va enviar el SYN respon amb un RST d’aquest número, com davant d’una connexió que no té (RFC 9293 §3.5.1)',
  ],
  needed: [
    'ha calgut enviar-lo un altre cop',
    'les crides i el laboratori mostren que la còpia o la seva resposta no han arribat mai',
  ],
};

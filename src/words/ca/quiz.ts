import type * as en from '../en/all.ts';

/** What the quiz of the full screen says around its questions. */
export const quiz: typeof en.quiz = {
  title: (at, all) => `Pregunta ${at} de ${all}`,
  awaited: '  Està en marxa; quan acabi se’t pregunta què ha passat. Esc l’acaba.',
  shown: '  Ara es mostra tot: continua amb qualsevol tecla',
  notWhole: 'el que és obert encara no és sencer',
  left: (right, all) =>
    `fi de les preguntes: es mostra tot${all === 0 ? '' : ` · ${right} de ${all} ben contestades`}`,
};

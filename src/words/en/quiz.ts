/** What the quiz of the full screen says around its questions. */
export const quiz = {
  title: (at: number, all: number): string => `Question ${at} of ${all}`,
  awaited: '  It runs; when it is over you are asked what happened. Esc ends it.',
  shown: '  Everything is shown now: any key goes on',
  notWhole: 'what is open is not all there yet',
  left: (right: number, all: number): string =>
    `the quiz is left: everything is shown${all === 0 ? '' : ` · ${right} of ${all} answered right`}`,
};

/**
 * The line a score is held against, as people read it beside the score. `measuredOn` says on what material, and how many, the line
 * was measured.
 */
export type OperatingLine = {
  readonly check: string;
  readonly at: number;
  readonly passes: 'at-or-above' | 'below';
  readonly measuredOn: string;
};

import type { Label, LabelledPhotograph } from './attribute-labels.ts';
import { rateOf, type Rate } from './statistics.ts';
import { judgeAttributes } from '../engine/decision/attributes.ts';
import type { AttributeModel } from '../engine/face/attributes/attribute-model.ts';
import { photographGates } from '../engine/face/attributes/gates.ts';
import type { FaceMeasurements } from '../engine/face/attributes/measure-face.ts';
import { summariseFaces, type Summary } from '../engine/face/attributes/measure-attributes.ts';
import type { SexAge } from '../engine/face/attributes/sex-age.ts';
import type { AttributeAnswer } from '../verification/assessment.ts';

/** A labelled photograph and what was measured on its largest face; null where no face was found. */
export type LabelledFace = LabelledPhotograph & {
  readonly measured: FaceMeasurements | null;
  readonly sexAge: SexAge | null;
};

/** The answers that faces of one label got. */
export type Answers = { readonly yes: number; readonly no: number; readonly unclear: number; readonly gated: number };

export type AttributeRates = {
  readonly positives: Answers;
  readonly negatives: Answers;
  /** Labelled `unsure` and `hidden`: no answer is right or wrong, or none at all should be given. */
  readonly unsure: Answers;
  readonly hidden: Answers;
  /** Of the answers yes, those to faces without; of the answers no, those to faces with. */
  readonly yesErrors: Rate;
  readonly noErrors: Rate;
};

export type AttributeTable = Readonly<Record<'readingGlasses' | 'sunglasses' | 'beard' | 'moustache', AttributeRates>>;

/** A definite answer that a label contradicts. */
export type WrongAnswer = {
  readonly file: string;
  readonly attribute: keyof AttributeTable;
  readonly label: 'yes' | 'no';
  readonly answer: 'yes' | 'no';
};

export type AttributesEvaluation = {
  readonly photographs: number;
  readonly persons: number;
  readonly facesFound: number;
  /** What the model that was measured had been calibrated on, in words. */
  readonly calibratedOn: string;
  readonly attributes: AttributeTable;
  readonly failures: readonly WrongAnswer[];
};

/** How often a model's definite answers are right, one photograph at a time, and where they are not. */
export function countAttributes(faces: readonly LabelledFace[], model: AttributeModel): AttributesEvaluation {
  return {
    photographs: faces.length,
    persons: new Set(faces.map(({ person }) => person)).size,
    facesFound: faces.filter(({ measured }) => measured !== null).length,
    calibratedOn: model.calibratedOn,
    attributes: tabulate(faces, model),
    failures: faces.flatMap((face) => wrongAnswers(face, model)),
  };
}

function wrongAnswers(face: LabelledFace, model: AttributeModel): WrongAnswer[] {
  const { file, labels, answers } = answersTo(face, model);
  return attributeNames.flatMap((attribute) => {
    const label = labels[attribute];
    const { answer } = answers[attribute];
    const isWrong = (label === 'yes' && answer === 'no') || (label === 'no' && answer === 'yes');
    return isWrong ? [{ file, attribute, label, answer }] : [];
  });
}

const attributeNames = ['readingGlasses', 'sunglasses', 'beard', 'moustache'] as const;

/** Answers to labelled photographs, counted; `modelFor` names the model by person, or is one model for all. */
export function tabulate(
  faces: readonly LabelledFace[],
  modelFor: AttributeModel | ((person: string) => AttributeModel),
): AttributeTable {
  const answered = faces.map((face) =>
    answersTo(face, typeof modelFor === 'function' ? modelFor(face.person) : modelFor),
  );
  const rates = (name: keyof AttributeTable): AttributeRates => {
    const of = (label: Label): Answers =>
      countAnswers(answered.filter(({ labels }) => labels[name] === label).map(({ answers }) => answers[name]));
    const [positives, negatives] = [of('yes'), of('no')];
    return {
      positives,
      negatives,
      unsure: of('unsure'),
      hidden: of('hidden'),
      yesErrors: rateOf(negatives.yes, positives.yes + negatives.yes),
      noErrors: rateOf(positives.no, positives.no + negatives.no),
    };
  };
  return {
    readingGlasses: rates('readingGlasses'),
    sunglasses: rates('sunglasses'),
    beard: rates('beard'),
    moustache: rates('moustache'),
  };
}

/** What a model says of a photograph, and what it should say. */
function answersTo(face: LabelledFace, model: AttributeModel) {
  const summary = summariseFaces([face.measured], sexAgeOf(face), model, { gates: photographGates, minFrames: 1 });
  const { sunglasses, beard, moustache } = face.labels;
  const labels: Readonly<Record<keyof AttributeTable, Label>> = {
    readingGlasses: readingGlassesLabel(face.labels),
    sunglasses,
    beard,
    moustache,
  };
  return { file: face.file, labels, answers: judgeAttributes(summary, model) };
}

/** Glasses that are no sunglasses. */
function readingGlassesLabel({ glasses, sunglasses }: LabelledFace['labels']): Label {
  if (glasses !== 'yes') return glasses;
  return sunglasses === 'no' ? 'yes' : sunglasses === 'yes' ? 'no' : 'unsure';
}

const sexAgeOf = ({ sexAge }: LabelledFace): Summary<SexAge> =>
  sexAge === null ? { measured: false, reason: 'face-cut-off' } : { measured: true, value: sexAge, frames: 1 };

function countAnswers(answers: readonly AttributeAnswer[]): Answers {
  const count = (accept: (answer: AttributeAnswer) => boolean): number => answers.filter(accept).length;
  const unclear = count(({ reason }) => reason === 'unclear');
  return {
    yes: count(({ answer }) => answer === 'yes'),
    no: count(({ answer }) => answer === 'no'),
    unclear,
    gated: count(({ answer }) => answer === 'not-measurable') - unclear,
  };
}

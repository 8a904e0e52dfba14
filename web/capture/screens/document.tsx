import { useState } from 'preact/hooks';
import type { DocumentKind, PieceProblem, Side, WantedRetake } from '../../../src/capture/protocol.schema.ts';
import { explains } from '../../../src/verification/retake.ts';
import type { CardTrouble } from '../document-hints.ts';
import { useSpoken } from '../spoken.ts';
import { Note, Page, Primary, Secondary } from './page.tsx';
import { CardBackIcon, CardIcon, OtherIcon, PassportIcon } from './pictures.tsx';

const KINDS = ['id-card', 'passport', 'other'] as const satisfies readonly DocumentKind[];
const iconOf = { 'id-card': CardIcon, passport: PassportIcon, other: OtherIcon } as const;

export function ChooseDocument({
  isBusy,
  onChosen,
}: {
  readonly isBusy: boolean;
  readonly onChosen: (kind: DocumentKind) => void;
}) {
  const { say } = useSpoken();
  const [kind, setKind] = useState<DocumentKind | null>(null);
  const [wasAsked, setAsked] = useState(false);
  return (
    <Page
      title={say('kind.title')}
      foot={
        <>
          {kind === null && (
            <p id="why-not" class={wasAsked ? 'why-not' : 'why-not visually-hidden'} role="status">
              {say('kind.needsChoice')}
            </p>
          )}
          <Primary
            isBusy={isBusy}
            whyNot={kind === null ? say('kind.needsChoice') : null}
            onTap={() => (kind === null ? setAsked(true) : onChosen(kind))}
          >
            {say('kind.continue')}
          </Primary>
        </>
      }
    >
      <fieldset class="choices">
        <legend class="visually-hidden">{say('kind.title')}</legend>
        {KINDS.map((each) => {
          const Icon = iconOf[each];
          return (
            <label key={each} class="choice">
              <input type="radio" name="kind" checked={kind === each} onChange={() => setKind(each)} />
              <Icon />
              <span>{say(`kind.${each}`)}</span>
            </label>
          );
        })}
      </fieldset>
    </Page>
  );
}

/** Before a side is photographed: which, how, and what was wrong with it where it is asked for again. */
export function BeforeDocument(parts: {
  readonly side: Side;
  readonly kind: DocumentKind | null;
  readonly problem: PieceProblem | null;
  readonly retake: WantedRetake | null;
  readonly onOpen: () => void;
}) {
  const { side, kind, problem, retake, onOpen } = parts;
  const { say } = useSpoken();
  const Icon = side === 'back' ? CardBackIcon : iconOf[kind ?? 'id-card'];
  return (
    <Page
      picture={<Icon />}
      title={titleOf(side, kind, say)}
      foot={<Primary onTap={onOpen}>{say('document.open')}</Primary>}
    >
      {problem === null && retake !== null && explains(retake.reason, 'document') && (
        <Note tone="ask">{say(`retake.why.${retake.reason}`)}</Note>
      )}
      {problem === null ? <p>{say(`${side}.before`)}</p> : <Note tone="ask">{say(`problem.${problem}`)}</Note>}
    </Page>
  );
}

export const titleOf = (side: Side, kind: DocumentKind | null, say: ReturnType<typeof useSpoken>['say']): string =>
  say(side === 'front' && kind === 'passport' ? 'front.title.passport' : `${side}.title`);

export function Review(parts: {
  readonly side: Side;
  /** Address of the picture around the frame. */
  readonly picture: string;
  /** What can be seen to be wrong with it: then taking it again is what is offered first. */
  readonly trouble: CardTrouble | null;
  readonly onUse: () => void;
  readonly onAgain: () => void;
}) {
  const { trouble, onUse, onAgain } = parts;
  const { say } = useSpoken();
  return (
    <Page
      title={say('document.review')}
      foot={
        trouble === null ? (
          <>
            <Primary onTap={onUse}>{say('document.use')}</Primary>
            <Secondary onTap={onAgain}>{say('document.again')}</Secondary>
          </>
        ) : (
          <>
            <Primary onTap={onAgain}>{say('document.again')}</Primary>
            <Secondary onTap={onUse}>{say('document.use')}</Secondary>
          </>
        )
      }
    >
      {trouble !== null && <Note tone="ask">{say(`card.${trouble}`)}</Note>}
      <img class="review" src={parts.picture} alt={say(`document.photo.${parts.side}`)} />
    </Page>
  );
}

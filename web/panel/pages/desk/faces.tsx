import { type ReactNode, useState } from 'react';
import type { CaseDetail } from '../../../../src/panel/case.schema.ts';
import { useFile } from '../../work/files.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useWork } from '../../work/texts.tsx';
import { FindingScale } from './scale.tsx';
import { Stage, ZoomButtons, viewAfter } from './stage.tsx';
import { deskKeys } from './shortcuts.ts';
import { secondsOf } from './clip.ts';
import { type Focus, type View, focusAround, whole } from './zoom.ts';

type Props = { readonly found: CaseDetail; readonly pathOf: (picture: string) => string };

/** How much around the portrait's face is shown: as much as around the faces that were cut out of the recording. */
const AROUND = 1.55;

/** Person and portrait side by side. Enlarging or moving one does so with the other. */
export function Faces({ found, pathOf }: Props): ReactNode {
  const { w, called, number } = useWork();
  const [view, onView] = useState<View>(whole);
  const frames = found.video?.frames ?? [];
  const [chosen, choose] = useState(0);
  const frame = frames[chosen] ?? null;
  // Where no frame was kept, the face as it was compared is still there.
  const face = frame?.image ?? found.video?.alignedFace ?? null;
  const frameFile = useFile(face === null ? null : pathOf(face.picture));
  const portrait = portraitOf(found);
  const portraitFile = useFile(portrait === null ? null : pathOf(portrait.picture));
  const move = (key: string): void => onView(viewAfter(key, view) ?? view);
  useKeys(w('keys.faces'), [
    { key: deskKeys.zoomIn, label: w('zoom.in'), run: () => move('+') },
    { key: deskKeys.zoomOut, label: w('zoom.out'), run: () => move('-') },
    { key: deskKeys.whole, label: w('zoom.whole'), run: () => move('0') },
    {
      key: deskKeys.nextFace,
      label: w('faces.next'),
      run: () => frames.length > 0 && choose((chosen + 1) % frames.length),
    },
  ]);
  const comparison = found.findings.find(({ check }) => check === 'face/comparison');
  return (
    <section className="faces" aria-labelledby="faces-title">
      <header className="panel-head">
        <h2 id="faces-title">{w('faces.title')}</h2>
        <ZoomButtons view={view} onView={onView} of={w('faces.title')} />
      </header>
      <div className="faces-pair">
        <figure>
          {face === null ? (
            <p className="stage stage-trouble">{w('faces.no-frame')}</p>
          ) : (
            <Stage
              label={
                frame === null ? w('faces.from-video') : w('faces.frame', { seconds: number(secondsOf(frame.atMs)) })
              }
              file={frameFile}
              {...face}
              focus={wholeOf(face)}
              view={view}
              onView={onView}
            />
          )}
          <figcaption>{w('faces.from-video')}</figcaption>
        </figure>
        <figure>
          {portrait === null ? (
            <p className="stage stage-trouble">{w('faces.no-portrait')}</p>
          ) : (
            <Stage
              label={w('faces.portrait')}
              file={portraitFile}
              widthPx={portrait.widthPx}
              heightPx={portrait.heightPx}
              focus={portrait.focus}
              view={view}
              onView={onView}
            />
          )}
          <figcaption>{w('faces.from-document')}</figcaption>
        </figure>
      </div>
      <div className="faces-foot">
        {frames.length > 1 && (
          <div className="frames" role="radiogroup" aria-label={w('faces.frames')}>
            {frames.map(({ atMs, image }, at) => (
              <FrameButton
                key={image.picture}
                path={pathOf(image.picture)}
                isChosen={at === chosen}
                label={w('faces.frame', { seconds: number(secondsOf(atMs)) })}
                onChoose={() => choose(at)}
              />
            ))}
          </div>
        )}
        <p className="similarity">
          <span className="quiet">{w('faces.similarity')}</span>
          <span>
            <b>
              {found.similarityPercent === null
                ? w('faces.not-compared')
                : `${number(found.similarityPercent, { maximumFractionDigits: 1 })} %`}
            </b>
            {comparison !== undefined && comparison.inconclusive !== null && (
              <span className="quiet">
                {' '}
                {called('inconclusive', comparison.inconclusive) ?? comparison.inconclusive}
              </span>
            )}
          </span>
          {found.similarityPercent !== null && (
            <FindingScale check="similarity" score={found.similarityPercent} line={{ at: 80, passes: 'at-or-above' }} />
          )}
        </p>
      </div>
    </section>
  );
}

type FrameButtonProps = {
  readonly path: string;
  readonly isChosen: boolean;
  readonly label: string;
  readonly onChoose: () => void;
};

function FrameButton({ path, isChosen, label, onChoose }: FrameButtonProps): ReactNode {
  const { address } = useFile(path, { isLater: true });
  return (
    <button type="button" role="radio" aria-checked={isChosen} aria-label={label} onClick={onChoose}>
      {address !== null && <img src={address} alt="" />}
    </button>
  );
}

const wholeOf = ({ widthPx, heightPx }: { widthPx: number; heightPx: number }): Focus => ({
  x: 0,
  y: 0,
  width: widthPx,
  height: heightPx,
});

type Portrait = {
  readonly picture: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly focus: Focus;
};

/** The portrait as it stands on the document, which is sharper than the little face that is compared. */
function portraitOf({ portrait, sides }: CaseDetail): Portrait | null {
  if (portrait === null) return null;
  const image = sides.find(({ side }) => side === portrait.side)?.image;
  if (image === undefined) return { ...portrait.alignedFace, focus: wholeOf(portrait.alignedFace) };
  return { ...image, focus: focusAround(portrait.box, image, AROUND) };
}

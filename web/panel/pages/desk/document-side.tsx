import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import type { CaseDetail, CaseSide } from '../../../../src/panel/case.schema.ts';
import { useFile } from '../../work/files.tsx';
import { useWork } from '../../work/texts.tsx';
import { shownSide } from './rectified.ts';
import { Stage, ZoomButtons } from './stage.tsx';
import { type View, focusOnAll, whole } from './zoom.ts';

type Props = {
  readonly side: CaseSide;
  readonly isOriginal: boolean;
  readonly pathOf: (picture: string) => string;
  readonly portrait: CaseDetail['portrait'];
  readonly lit: string | null;
  readonly onLight: (field: string | null) => void;
  /** Somebody wants to read what a box holds. */
  readonly onGoTo: (field: string) => void;
};

/** One side with what was read boxed on it. A box in focus or under the pointer lights its row, and the other way round. */
export function DocumentSide({ side, isOriginal, pathOf, portrait, lit, onLight, onGoTo }: Props): ReactNode {
  const { w } = useWork();
  const [view, onView] = useState<View>(whole);
  const { image, fields, mrzRows, isFlat } = useMemo(() => shownSide(side, isOriginal), [side, isOriginal]);
  const file = useFile(pathOf(image.picture));
  // On a photograph, what was read says where the card lies; the table around it is nobody's concern.
  const focus = useMemo(
    () =>
      isFlat
        ? { x: 0, y: 0, width: image.widthPx, height: image.heightPx }
        : focusOnAll([...side.fields, ...side.lines].map(({ quad }) => quad).concat(side.mrzRows), portrait, image),
    [isFlat, side, portrait, image],
  );
  const label = w(`side.${side.side}`);
  return (
    <figure>
      <Stage
        label={label}
        file={file}
        widthPx={image.widthPx}
        heightPx={image.heightPx}
        focus={focus}
        view={view}
        onView={onView}
      >
        {mrzRows.map((quad, at) => (
          <polygon key={at} className="quad zone-row" points={pointsOf(quad)} />
        ))}
        <Boxes fields={fields} lit={lit} onLight={onLight} onGoTo={onGoTo} />
      </Stage>
      <figcaption>
        <span>
          {label}
          {side.rectified === null && <> · {w('side.not-located')}</>}
        </span>
        <ZoomButtons view={view} onView={onView} of={label} />
      </figcaption>
    </figure>
  );
}

const pointsOf = (quad: CaseSide['mrzRows'][number]): string => quad.map((point) => point.join(',')).join(' ');

type BoxesProps = Pick<Props, 'lit' | 'onLight' | 'onGoTo'> & { readonly fields: CaseSide['fields'] };

/** One stop for the Tab key; arrows go from box to box, Enter to the row. */
function Boxes({ fields, lit, onLight, onGoTo }: BoxesProps): ReactNode {
  const { w, called } = useWork();
  const boxes = useRef<(SVGPolygonElement | null)[]>([]);
  const [stop, setStop] = useState(0);
  const typed = (event: KeyboardEvent, at: number): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = ['ArrowRight', 'ArrowDown'].includes(event.key)
      ? 1
      : ['ArrowLeft', 'ArrowUp'].includes(event.key)
        ? -1
        : 0;
    if (by === 0 && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (by === 0) onGoTo(fields[at]!.name);
    else boxes.current[(at + by + fields.length) % fields.length]?.focus();
  };
  return fields.map(({ name, quad }, at) => (
    <polygon
      key={name}
      ref={(element) => void (boxes.current[at] = element)}
      className={lit === name ? 'quad lit' : 'quad'}
      points={pointsOf(quad)}
      role="button"
      tabIndex={at === Math.min(stop, fields.length - 1) ? 0 : -1}
      aria-label={w('side.box', { field: called('field', name) ?? name })}
      onFocus={() => {
        setStop(at);
        onLight(name);
      }}
      onBlur={() => onLight(null)}
      onKeyDown={(event) => typed(event, at)}
      onPointerEnter={() => onLight(name)}
      onPointerLeave={() => onLight(null)}
    />
  ));
}

import { type ReactNode, useEffect, useState } from 'react';
import type { CaseDetail } from '../../../../src/panel/case.schema.ts';
import { useWork } from '../../work/texts.tsx';
import { type Degrees, type MapFrame, degreesText, pathOf, placed, scaleBar } from './globe.ts';

const RATIO = 0.5;
const spans = [60, 16, 4] as const;

/** Where the applicant was, as far as they told: a map that needs nobody outside, and the coordinates. */
export function PlaceShown({ place }: { readonly place: CaseDetail['opening']['place'] }): ReactNode {
  const { w, number } = useWork();
  const [span, setSpan] = useState<number>(spans[0]);
  const letters = [w('place.n'), w('place.s'), w('place.e'), w('place.w')] as const;
  if (place === null) return <p className="quiet">{w('place.unknown')}</p>;
  if (place === 'declined') return <p className="quiet">{w('place.declined')}</p>;
  return (
    <figure className="place">
      <WorldMap at={place} widthDegrees={span} />
      <figcaption>
        <span className="coordinates">{degreesText(place, letters)}</span>
        <span className="quiet">
          {w('place.accuracy', { metres: number(place.accuracyM, { maximumFractionDigits: 0 }) })}
          {place.altitudeM !== null && (
            <> · {w('place.altitude', { metres: number(place.altitudeM, { maximumFractionDigits: 0 }) })}</>
          )}
        </span>
        <span className="zoom-buttons" role="group" aria-label={w('place.span')}>
          {spans.map((each) => (
            <button key={each} type="button" aria-pressed={each === span} onClick={() => setSpan(each)}>
              {w(`place.span-${each}`)}
            </button>
          ))}
        </span>
      </figcaption>
    </figure>
  );
}

type Rings = readonly (readonly (readonly number[])[])[];

function WorldMap({ at, widthDegrees }: { readonly at: Degrees; readonly widthDegrees: number }): ReactNode {
  const { w, number } = useWork();
  const [countries, setCountries] = useState<readonly Rings[] | null>(null);
  useEffect(() => {
    let isWanted = true;
    void import('./countries.ts').then(({ countryRings }) => isWanted && setCountries(countryRings()));
    return () => void (isWanted = false);
  }, []);
  const frame: MapFrame = { middle: at, widthDegrees, ratio: RATIO };
  const [x, y] = placed(frame, at).map((value) => value * 1000) as [number, number];
  const bar = scaleBar(frame);
  return (
    <svg className="map" viewBox={`0 0 1000 ${1000 * RATIO}`} role="img" aria-label={w('place.map')}>
      {countries?.map((rings, index) => {
        const path = pathOf(frame, rings);
        return path === '' ? null : <path key={index} className="country" d={path} />;
      })}
      <circle className="here-around" cx={x} cy={y} r={26} />
      <circle className="here" cx={x} cy={y} r={9} />
      <g className="scale-bar" transform={`translate(24 ${1000 * RATIO - 24})`}>
        <path d={`M0 -8V0H${(bar.share * 1000).toFixed(1)}V-8`} />
        <text x={bar.share * 1000 + 12} y={4}>
          {number(bar.km)} km
        </text>
      </g>
    </svg>
  );
}

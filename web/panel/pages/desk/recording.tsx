import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { CaseVideo } from '../../../../src/panel/case.schema.ts';
import { Icon } from '../../parts/icon.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useFile } from '../../work/files.tsx';
import { useWork } from '../../work/texts.tsx';
import { markAt, rowsOf, scrubbedTo, secondsOf } from './clip.ts';
import { MOST, asked, curvesOf, pathOf } from './curves.ts';
import { deskKeys } from './shortcuts.ts';

type Props = { readonly video: CaseVideo; readonly path: string };

const WIDTH = 560;
const LABEL_ROW = 19;
const CURVE_HEIGHT = 96;

/** The recording with what was asked for on its time line, and what the face did under it. */
export function Recording({ video, path }: Props): ReactNode {
  const { w, called, number } = useWork();
  const player = useRef<HTMLVideoElement>(null);
  const { address, trouble } = useFile(path, { isLater: true });
  const [atMs, setAtMs] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [filmMs, setFilmMs] = useState<number | null>(null);
  const { challenge } = video;
  const durationMs = Math.max(
    1,
    filmMs ?? video.durationMs ?? 0,
    challenge?.curves.atMs.at(-1) ?? 0,
    ...(challenge?.steps.map(({ toMs }) => toMs) ?? []),
  );
  const marks = challenge?.steps ?? [];
  const titleId = useId();

  const seek = (ms: number): void => {
    setAtMs(ms);
    if (player.current !== null) player.current.currentTime = ms / 1000;
  };
  const playOrPause = (): void => {
    const element = player.current;
    if (element === null) return;
    if (element.paused) void element.play().catch(() => setPlaying(false));
    else element.pause();
  };
  useKeys(w('keys.recording'), [
    { key: deskKeys.play, label: w('recording.play-pause'), run: playOrPause },
    {
      key: deskKeys.earlierStep,
      label: w('recording.earlier-step'),
      run: () => seek(scrubbedTo('[', { atMs, durationMs, marks, isFine: false })!),
    },
    {
      key: deskKeys.laterStep,
      label: w('recording.later-step'),
      run: () => seek(scrubbedTo(']', { atMs, durationMs, marks, isFine: false })!),
    },
  ]);
  // Between two `timeupdate`s lies a quarter of a second: the cursor would limp behind the picture.
  useEffect(() => {
    if (!isPlaying) return undefined;
    let frame = requestAnimationFrame(function follow() {
      setAtMs((player.current?.currentTime ?? 0) * 1000);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);

  return (
    <section className="recording" aria-labelledby={titleId}>
      <h2 id={titleId} className="panel-head">
        {w('recording.title')}
      </h2>
      <div className="recording-body">
        <div className="film">
          {trouble !== null && <p className="stage-trouble">{w('stage.not-there')}</p>}
          {address !== null && (
            <video
              ref={player}
              src={address}
              muted
              playsInline
              preload="auto"
              disablePictureInPicture
              disableRemotePlayback
              aria-label={w('recording.title')}
              onPlay={() => setPlaying(true)}
              onPause={() => setPlaying(false)}
              onEnded={() => setPlaying(false)}
              onLoadedMetadata={(event) => findEnd(event.currentTarget, setFilmMs)}
              onClick={playOrPause}
            />
          )}
          <div className="film-bar">
            <button
              type="button"
              onClick={playOrPause}
              aria-label={w(isPlaying ? 'recording.pause' : 'recording.play')}
              disabled={address === null}
            >
              <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path d={isPlaying ? 'M3.5 2h3v12h-3zM9.5 2h3v12h-3z' : 'M4 2l9 6-9 6z'} fill="currentColor" />
              </svg>
            </button>
            <span>
              {number(secondsOf(atMs), { minimumFractionDigits: 1 })} /{' '}
              {number(secondsOf(durationMs), { minimumFractionDigits: 1 })} s
            </span>
          </div>
        </div>
        <div className="film-time">
          <TimeLine video={video} atMs={atMs} durationMs={durationMs} onSeek={seek} />
          {challenge === null ? (
            <p className="quiet">{w('recording.no-challenge')}</p>
          ) : (
            <ol className="steps">
              {challenge.steps.map((step, at) => (
                <li key={at} aria-current={markAt(marks, atMs) === step ? 'step' : undefined}>
                  <button type="button" className="text-button" onClick={() => seek(step.fromMs)}>
                    {called('gesture', step.gesture) ?? step.gesture}
                  </button>
                  <span className={`mark ${step.verdict === 'followed' ? 'good' : 'bad'}`}>
                    <Icon name={step.verdict === 'followed' ? 'good' : 'bad'} size={14} /> {w(`step.${step.verdict}`)}
                    {step.verdict === 'wrong-gesture-first' && step.event !== null && (
                      <> ({called('gesture', step.event.gesture) ?? step.event.gesture})</>
                    )}
                  </span>
                </li>
              ))}
            </ol>
          )}
        </div>
      </div>
    </section>
  );
}

/** A recording as browsers write it does not say how long it is, and is not to be sought in, before somebody has been at its end. */
function findEnd(element: HTMLVideoElement, tell: (ms: number) => void): void {
  if (Number.isFinite(element.duration)) return tell(element.duration * 1000);
  const found = (): void => {
    if (!Number.isFinite(element.duration)) return;
    element.removeEventListener('durationchange', found);
    tell(element.duration * 1000);
    element.currentTime = 0;
  };
  element.addEventListener('durationchange', found);
  element.currentTime = Number.MAX_SAFE_INTEGER;
}

type TimeLineProps = {
  readonly video: CaseVideo;
  readonly atMs: number;
  readonly durationMs: number;
  readonly onSeek: (ms: number) => void;
};

/** A slider (WAI-ARIA) drawn as a chart: steps as bands with their words, movements as curves, both thresholds dotted. */
function TimeLine({ video: { challenge }, atMs, durationMs, onSeek }: TimeLineProps): ReactNode {
  const { w, called, number } = useWork();
  const line = useRef<HTMLDivElement>(null);
  const marks = challenge?.steps ?? [];
  const named = (gesture: string): string => called('gesture', gesture) ?? gesture;
  const x = (ms: number): number => (ms / durationMs) * WIDTH;
  const labels = marks.map(({ fromMs, gesture }) => ({ from: x(fromMs), width: named(gesture).length * 8 + 34 }));
  const rows = rowsOf(labels);
  const top = Math.max(1, ...rows.map((row) => row + 1)) * LABEL_ROW;
  const wanted = challenge === null ? new Set<string>() : asked(challenge);
  const running = markAt(marks, atMs);
  const to = (event: PointerEvent): void => {
    const { left, width } = line.current!.getBoundingClientRect();
    onSeek(Math.min(durationMs, Math.max(0, ((event.clientX - left) / width) * durationMs)));
  };
  const typed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = scrubbedTo(event.key, { atMs, durationMs, marks, isFine: event.shiftKey });
    if (next === null) return;
    event.preventDefault();
    onSeek(next);
  };
  return (
    <>
      <div
        ref={line}
        className="time-line"
        role="slider"
        tabIndex={0}
        aria-label={w('recording.time-line')}
        aria-valuemin={0}
        aria-valuemax={Math.round(durationMs)}
        aria-valuenow={Math.round(atMs)}
        aria-valuetext={[
          w('recording.at', { seconds: number(secondsOf(atMs)) }),
          ...(running === null ? [] : [`${named(running.gesture)}: ${w(`step.${running.verdict}`)}`]),
        ].join(', ')}
        onKeyDown={typed}
        onPointerDown={(event) => {
          line.current!.setPointerCapture(event.pointerId);
          to(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && to(event)}
      >
        <svg viewBox={`0 0 ${WIDTH} ${top + CURVE_HEIGHT + 18}`} aria-hidden="true">
          {marks.map(({ fromMs, toMs, verdict }, at) => (
            <g key={at} className={`step ${verdict === 'followed' ? 'good' : 'bad'}`}>
              <rect x={x(fromMs)} width={Math.max(2, x(toMs) - x(fromMs))} y={top} height={CURVE_HEIGHT} />
              <line x1={x(fromMs)} x2={x(fromMs)} y1={rows[at]! * LABEL_ROW + 4} y2={top + CURVE_HEIGHT} />
            </g>
          ))}
          {marks.map(({ gesture, fromMs, verdict }, at) => (
            <text key={at} x={x(fromMs) + 6} y={rows[at]! * LABEL_ROW + 14}>
              {verdict === 'followed' ? '✓' : '✗'} {named(gesture)}
            </text>
          ))}
          <g transform={`translate(0 ${top})`}>
            {[-1, 1].map((level) => (
              <line
                key={level}
                className="threshold"
                x1={0}
                x2={WIDTH}
                y1={CURVE_HEIGHT / 2 - (level / MOST) * (CURVE_HEIGHT / 2)}
                y2={CURVE_HEIGHT / 2 - (level / MOST) * (CURVE_HEIGHT / 2)}
              />
            ))}
            {challenge !== null &&
              curvesOf(challenge)
                .filter(({ name }) => wanted.has(name))
                .map(({ name, points }) => (
                  <path
                    key={name}
                    className={`curve ${name}`}
                    d={pathOf(points, challenge.curves.atMs, { durationMs, width: WIDTH, height: CURVE_HEIGHT })}
                  />
                ))}
            <line className="axis" x1={0} x2={WIDTH} y1={CURVE_HEIGHT} y2={CURVE_HEIGHT} />
          </g>
          {secondsMarks(durationMs).map((ms) => (
            <text key={ms} className="tick" x={x(ms)} y={top + CURVE_HEIGHT + 14}>
              {ms / 1000}
            </text>
          ))}
          <line className="cursor" x1={x(atMs)} x2={x(atMs)} y1={0} y2={top + CURVE_HEIGHT} />
        </svg>
      </div>
      {challenge !== null && (
        <ul className="curve-legend">
          {[...wanted].map((name) => (
            <li key={name}>
              <svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
                <path className={`curve ${name}`} d="M0 4H24" />
              </svg>
              {called('curve', name)}
            </li>
          ))}
          <li>
            <svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
              <path className="threshold" d="M0 4H24" />
            </svg>
            {w('curve.threshold')}
          </li>
        </ul>
      )}
    </>
  );
}

function secondsMarks(durationMs: number): number[] {
  const every = durationMs > 30_000 ? 5000 : durationMs > 12_000 ? 2000 : 1000;
  return Array.from({ length: Math.floor(durationMs / every) }, (_, at) => (at + 1) * every).filter(
    (ms) => ms < durationMs * 0.985,
  );
}

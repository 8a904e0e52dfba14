import type { DeviceFacts } from '../../src/capture/protocol.schema.ts';
import type { CameraFailure } from './camera-failure.ts';

/** Where the page finds itself. */
export type Surroundings = {
  /** Inside another application's own browser. */
  readonly isInApp: boolean;
  /** A laptop or a desktop. */
  readonly isDesk: boolean;
  readonly isIos: boolean;
  /** Why a camera cannot even be asked for, or null. */
  readonly cameraFailure: CameraFailure | null;
};

/** What a browser tells of itself, gathered by whoever may ask it. */
export type BrowserSaid = {
  readonly userAgent: string;
  /** `navigator.userAgentData` with its high-entropy values, where there is that. */
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly platform: string | null;
  readonly platformVersion: string | null;
  readonly model: string | null;
  readonly isMobile: boolean | null;
  readonly touchPoints: number;
  readonly display: { readonly width: number; readonly height: number };
  readonly languages: readonly string[];
  readonly timezoneOffsetMinutes: number;
  readonly isSecure: boolean;
  readonly hasCameraApi: boolean;
  readonly hasRecorder: boolean;
  readonly hasNativeCamera: boolean;
  readonly isAutomated: boolean;
};

/** Applications that open links inside themselves, by what they add to the user agent. */
const IN_APP =
  /\bFBAN|\bFBAV|\bFB_IAB|Instagram|\bLine\/|MicroMessenger|\bTwitter|musical_ly|BytedanceWebview|TikTok|Snapchat|Pinterest|LinkedInApp|WhatsApp|Telegram|\bGSA\/|Outlook-(?:Android|iOS)|; wv\)/;

export function surroundingsOf(said: BrowserSaid): Surroundings {
  // An iPad says that it is a Mac; a Mac has no touch screen.
  const isIos = /iPhone|iPad|iPod/.test(said.userAgent) || (/Macintosh/.test(said.userAgent) && said.touchPoints > 1);
  const isAndroid = /Android/.test(said.userAgent);
  return {
    isInApp: IN_APP.test(said.userAgent) || (isIos && !/Safari\//.test(said.userAgent)),
    isDesk: !isIos && !isAndroid && said.isMobile !== true,
    isIos,
    cameraFailure: !said.isSecure ? 'insecure' : !said.hasCameraApi || !said.hasRecorder ? 'unsupported' : null,
  };
}

/** The first pattern that fits, as name and version. The order matters: most browsers also claim to be Chrome or Safari. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Samsung Internet', /SamsungBrowser\/([\d.]+)/],
  ['Edge', /Edg(?:A|iOS)?\/([\d.]+)/],
  ['Opera', /(?:OPR|OPT|OPiOS)\/([\d.]+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/([\d.]+)/],
  ['Chrome', /(?:Chrome|CriOS)\/([\d.]+)/],
  ['Safari', /Version\/([\d.]+).*Safari\//],
];

const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Android', /Android ([\d.]+)/],
  ['iOS', /(?:iPhone )?OS ([\d_]+) like Mac OS X/],
  ['macOS', /Mac OS X ([\d_.]+)/],
  ['Windows', /Windows NT ([\d.]+)/],
  ['ChromeOS', /CrOS \S+ ([\d.]+)/],
  ['Linux', /(Linux)/],
];

/** Brands that stand for others, or for nothing on purpose. */
const NOT_A_BROWSER = /^(?:Chromium|.*Not.*Brand.*|HeadlessChrome)$/i;
const shortBrand = (brand: string): string => brand.replace(/^(?:Google|Microsoft) /, '');

export function deviceFactsOf(said: BrowserSaid): DeviceFacts {
  const brand = said.brands.find(({ brand }) => !NOT_A_BROWSER.test(brand)) ?? null;
  const { platform, platformVersion } = said;
  return {
    browser: cut(brand === null ? matched(BROWSERS, said.userAgent) : `${shortBrand(brand.brand)} ${brand.version}`),
    // Chrome freezes what the user agent says of the system; what it tells when asked is true.
    system: cut(
      platform !== null && platform !== ''
        ? `${platform} ${platformVersion ?? ''}`.trim()
        : matched(SYSTEMS, said.userAgent),
    ),
    display: `${said.display.width} x ${said.display.height}`,
    ...(said.model === null || said.model === '' ? {} : { model: cut(said.model) }),
    ...(said.isMobile === null ? {} : { isMobile: said.isMobile }),
    hasTouch: said.touchPoints > 0,
    languages: said.languages.slice(0, 10).map(cut),
    timezoneOffsetMinutes: said.timezoneOffsetMinutes,
    hasNativeCamera: said.hasNativeCamera,
    isAutomated: said.isAutomated,
  };
}

const cut = (text: string): string => text.slice(0, 200);

function matched(patterns: typeof BROWSERS, userAgent: string): string {
  for (const [name, pattern] of patterns) {
    const version = pattern.exec(userAgent)?.[1]?.replaceAll('_', '.');
    if (version !== undefined) return version === name ? name : `${name} ${version}`;
  }
  return 'unknown';
}

import type { BrowserSaid } from './device.ts';

type UserAgentData = {
  readonly mobile: boolean;
  getHighEntropyValues(wanted: readonly string[]): Promise<{
    readonly fullVersionList?: readonly { readonly brand: string; readonly version: string }[];
    readonly platform?: string;
    readonly platformVersion?: string;
    readonly model?: string;
  }>;
};

/** Asks the browser what it is. */
export async function askBrowser(): Promise<BrowserSaid> {
  const data = (navigator as Navigator & { readonly userAgentData?: UserAgentData }).userAgentData;
  const told = await data?.getHighEntropyValues(['fullVersionList', 'platformVersion', 'model']).catch(() => undefined);
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  return {
    userAgent: navigator.userAgent,
    brands: told?.fullVersionList ?? [],
    platform: told?.platform ?? null,
    platformVersion: told?.platformVersion ?? null,
    model: told?.model ?? null,
    isMobile: data?.mobile ?? null,
    touchPoints: navigator.maxTouchPoints,
    display: { width: screen.width, height: screen.height },
    languages: navigator.languages,
    timezoneOffsetMinutes: new Date().getTimezoneOffset(),
    isSecure: window.isSecureContext,
    hasCameraApi: typeof devices?.getUserMedia === 'function',
    hasRecorder: typeof MediaRecorder === 'function',
    hasNativeCamera: /\[native code\]/.test(Function.prototype.toString.call(devices?.getUserMedia ?? null_)),
    isAutomated: navigator.webdriver === true,
  };
}

/** Stands for a camera function that is not there: it is not native either. */
function null_(): void {}

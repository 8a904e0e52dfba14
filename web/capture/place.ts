import type { Place } from './api.ts';

const PLACE_TIMEOUT_MS = 15_000;

/** Where the device is. Whatever stands in the way counts as "not now": the place never blocks anybody. To be called inside a tap. */
export function askPlace(): Promise<Place> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve({ declined: true });
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: coords.latitude,
          longitude: coords.longitude,
          altitudeM: coords.altitude,
          accuracyM: coords.accuracy,
        }),
      () => resolve({ declined: true }),
      { enableHighAccuracy: true, timeout: PLACE_TIMEOUT_MS, maximumAge: 60_000 },
    );
  });
}

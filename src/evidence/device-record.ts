/** Under which name it is kept what the browser said of itself when somebody began a round. */
export const deviceRecord = (round: number): string => (round === 1 ? 'device' : `device-${round}`);

const WIDTH = 30;

/** A bar on the error stream where that is a terminal; elsewhere nothing is drawn. */
export function progressBar(title: string): (done: number, total: number) => void {
  if (!process.stderr.isTTY) return () => {};
  const began = performance.now();
  return (done, total) => {
    const filled = Math.round((done / Math.max(1, total)) * WIDTH);
    const elapsedS = (performance.now() - began) / 1000;
    const leftS = done === 0 ? 0 : (elapsedS / done) * (total - done);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    process.stderr.write(`\r${title} ${bar} ${done}/${total}  ${leftS.toFixed(0)} s left \x1b[K`);
    if (done >= total) process.stderr.write('\r\x1b[K');
  };
}

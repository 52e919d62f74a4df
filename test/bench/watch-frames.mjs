/*
 * In the page: how long its main thread was busy, and how long a person waited for a picture.
 */

export const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Until `bench.stopWatching()`: the longest task (none is told below 50 ms), and the longest wait from one frame to the next. */
function watchFrames() {
  let longestTaskMs = 0;
  let longestFrameMs = 0;
  let frames = 0;
  /** @type {number | undefined} */
  let before;
  let isOver = false;
  /** @param {PerformanceEntryList} entries */
  const count = (entries) => {
    for (const { duration } of entries) longestTaskMs = Math.max(longestTaskMs, duration);
  };
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ type: 'longtask' });
  /** @param {number} now of the frame */
  const look = (now) => {
    if (before !== undefined) longestFrameMs = Math.max(longestFrameMs, now - before);
    before = now;
    frames += 1;
    if (!isOver) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  globalThis.bench.stopWatching = async () => {
    await nextFrame();
    isOver = true;
    count(observer.takeRecords());
    observer.disconnect();
    return { longestTaskMs, longestFrameMs, frames };
  };
}

globalThis.bench = { watchFrames };

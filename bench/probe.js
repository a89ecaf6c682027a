/* What a page measures about itself. A time begins with the event's own time stamp, before any handler runs. */
() => {
  // A frame's callbacks run before its style, layout and paint, in the same task. So a message posted in
  // one is handled when the frame has been painted and handed to the compositor.
  const afterPaint = (task) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = task;
    port2.postMessage(null);
  });

  /** For each key press and each press of the mouse, the milliseconds to the paint of what it led to. */
  const samples = [];
  for (const type of ["keydown", "pointerdown"]) {
    window.addEventListener(type, ({ timeStamp }) => afterPaint(() => samples.push(performance.now() - timeStamp)), true);
  }

  /** The milliseconds from the next click to the paint in which an element has a class. */
  const clickToClass = (element, name) => new Promise((resolve) => {
    let clicked = null;
    window.addEventListener("click", (event) => (clicked = event.timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (clicked === null || !element.classList.contains(name)) return;
      observer.disconnect();
      afterPaint(() => resolve(performance.now() - clicked));
    });
    observer.observe(element, { attributes: true, attributeFilter: ["class"] });
  });

  /** Frames a second, and how many messages there were on average. */
  const countFrames = (seconds) => new Promise((resolve) => {
    const messages = document.getElementsByClassName("rl-message");
    let [start, frames, shown] = [null, 0, 0];
    const frame = (now) => {
      start ??= now;
      const passed = (now - start) / 1000;
      if (passed > seconds) return resolve({ rate: frames / passed, shown: shown / frames });
      frames += 1;
      shown += messages.length;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });

  window.bench = { samples, clickToClass, countFrames };
};

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

  /** Frames a second in which messages stood elsewhere than before, and how many messages there were on average. */
  const watchMessages = (seconds) => new Promise((resolve) => {
    const graph = document.querySelector(".rl-graph");
    const start = performance.now();
    let [frames, moved, shown, before] = [0, 0, 0, ""];
    const frame = () => {
      const places = [...graph.querySelectorAll(".rl-message")].map((message) => message.getAttribute("transform"));
      frames += 1;
      shown += places.length;
      if (places.join() !== before) moved += 1;
      before = places.join();
      const passed = (performance.now() - start) / 1000;
      if (passed < seconds) requestAnimationFrame(frame);
      else resolve({ moved: moved / passed, shown: shown / frames });
    };
    requestAnimationFrame(frame);
  });

  window.bench = { samples, clickToClass, watchMessages };
};

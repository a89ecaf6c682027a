/* How the player talks to its kernel. */

const PRESSES = ["pointerdown", "focusin"];

/** A kernel that answers over an anywidget model: one request after the other, each with its own number. */
export class Kernel {
  constructor(model) {
    this.model = model;
    /** @type {((message: any) => void) | null} what is done with a message that answers no request */
    this.unasked = null;
    /** @type {(() => void) | null} what is done when there is something new to undo */
    this.changed = null;
    /** @type {((where: {branch: number, tick: number, count: number}) => void) | null} where another view looks now */
    this.elsewhere = null;
    this.waiting = new Map();
    this.self = Math.random().toString(36).slice(2); // all views of a widget hear every answer
    this.count = 0;
    this.tick = this.told = model.get("tick");
    this.onMessage = (message) => {
      this.told = null; // what the kernel says may have moved it: it is told again
      const found = this.waiting.get(message.re);
      this.waiting.delete(message.re);
      const isForAnother = (message.error || message.alone) && !message.re?.startsWith(this.self);
      if (found) found(message);
      else if (!isForAnother) this.unasked?.(message);
    };
    this.onWhere = () => this.elsewhere?.(this.model.get("where"));
    this.onUndo = () => this.changed?.();
    // Before anything on the page is pressed: a button beside the player acts at the tick one looks at.
    this.onPress = () => this.tell();
    for (const way of PRESSES) document.addEventListener(way, this.onPress, true);
    model.on("msg:custom", this.onMessage);
    model.on("change:can_undo change:can_redo", this.onUndo);
    model.on("change:where", this.onWhere);
  }

  /** What the forms offer: stories, presets. */
  get choices() {
    return this.model.get("choices");
  }

  get canUndo() {
    return this.model.get("can_undo");
  }

  get canRedo() {
    return this.model.get("can_redo");
  }

  ask(request) {
    const id = `${this.self} ${(this.count += 1)}`;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.delete(id);
        reject(
          new Error(
            "The kernel does not answer. If it is busy, this is done when it is free; if it has stopped, restart it and run the cell again. What is here can still be played.",
          ),
        );
      }, 5000);
      this.waiting.set(id, (message) => {
        clearTimeout(late);
        resolve(message);
      });
      try {
        this.model.send({ ...request, id });
      } catch {
        clearTimeout(late);
        this.stopped = true;
        reject(
          new Error(
            "The kernel has stopped. What is here can still be played; restart the kernel and run the cell again to change it.",
          ),
        );
      }
    });
  }

  /** Tell where one looks: the other views of this widget at once, and the kernel at most ten times a second.
   * @param {number} branch
   * @param {{tick: number, count: number}} position
   */
  look(branch, { tick, count }) {
    this.tick = tick;
    this.model.set("where", { branch, tick, count }); // of this page only: it is never saved
    if (!this.resting) this.tell();
  }

  tell() {
    clearTimeout(this.resting);
    this.resting = undefined;
    if (this.tick === this.told || this.stopped) return;
    this.told = this.tick;
    try {
      this.model.send({ look: this.told }); // not a trait: those wait for a busy kernel, and a button's press would overtake them
    } catch {
      this.stopped = true;
    }
    this.resting = setTimeout(() => this.tell(), 100);
  }

  /** Write a text into a cell of the notebook that this widget stands in. Undo in the cell brings back what it said.
   * @param {string} words  that stand in the cell
   * @param {string} text
   * @returns {boolean} whether there is such a cell, and this page can write into it: JupyterLab and Notebook 7 can */
  write(words, text) {
    const notebook = this.model.widget_manager?.context?.model?.sharedModel;
    const cells = (notebook?.cells ?? []).filter((each) => each.cell_type === "code");
    const cell = cells.find((each) => each.getSource().includes(words));
    cell?.setSource(text);
    return Boolean(cell);
  }

  close() {
    this.model.off("msg:custom", this.onMessage);
    this.model.off("change:can_undo change:can_redo", this.onUndo);
    this.model.off("change:where", this.onWhere);
    for (const way of PRESSES) document.removeEventListener(way, this.onPress, true);
    clearTimeout(this.resting);
  }
}

/* How the player talks to its kernel. */

const PRESSES = ["pointerdown", "focusin"];

/** A kernel behind an anywidget model. It answers requests one after the other; each has its own number. */
export class Kernel {
  constructor(model) {
    this.model = model;
    /** @type {((message: any) => void) | null} called with messages that answer no request */
    this.unasked = null;
    /** @type {(() => void) | null} called when there is something new to undo */
    this.changed = null;
    /** @type {((where: {branch: number, tick: number, count: number}) => void) | null} called with the moment that another view shows */
    this.elsewhere = null;
    this.waiting = new Map();
    this.self = Math.random().toString(36).slice(2); // an id of this view: all views of a widget receive every answer
    this.count = 0;
    this.tick = this.told = model.get("tick");
    /** Has the run changed since the bundle was made that came with the model? */
    this.isStale = model.get("changes") !== model.get("bundled");
    /** @type {number | null} the number of the last move of the kernel that is shown; null: not even that of the bundle */
    this.moves = this.isStale ? null : model.get("moves");
    this.onMessage = (message) => {
      this.told = null; // the last moment that was sent; after a message of the kernel it is sent again
      const found = this.waiting.get(message.re);
      this.waiting.delete(message.re);
      const isForAnother = (message.error || message.alone) && !message.re?.startsWith(this.self);
      if (found) found(message);
      else if (!isForAnother) this.unasked?.(message);
    };
    this.onWhere = () => this.elsewhere?.(this.model.get("where"));
    this.onUndo = () => this.changed?.();
    // Sent before the press of any button on the page, so that a button beside the player acts at the tick that is shown.
    this.onPress = () => this.tell();
    for (const way of PRESSES) document.addEventListener(way, this.onPress, true);
    model.on("msg:custom", this.onMessage);
    model.on("change:can_undo change:can_redo", this.onUndo);
    model.on("change:where", this.onWhere);
  }

  /** The choices in the forms: stories, presets. */
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

  /** Send the moment that is shown: to the other views of this widget at once, to the kernel at most ten times a second.
   * @param {number} branch
   * @param {{tick: number, count: number}} position
   */
  look(branch, { tick, count }) {
    this.tick = tick;
    this.model.set("where", { branch, tick, count }); // shared only within this page, and never saved
    if (!this.resting) this.tell();
  }

  /** A message of the kernel is shown: from now on, the kernel believes what is said about the moment that is shown.
   * @param {{moves?: number}} message */
  shown({ moves }) {
    if (moves === undefined) return;
    this.moves = moves;
    this.told = null;
    if (!this.resting) this.tell();
  }

  tell() {
    clearTimeout(this.resting);
    this.resting = undefined;
    if (this.tick === this.told || this.stopped) return;
    this.told = this.tick;
    try {
      this.model.send({ look: this.told, moves: this.moves }); // a message, not a trait: while the kernel is busy, traits wait, and a button's press would overtake them
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

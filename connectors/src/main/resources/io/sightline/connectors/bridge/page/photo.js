// The photo: how it gets here, and the boxes on it.

import { byId, el, score } from './dom.js';

const TAKEN = ['image/jpeg', 'image/png'];
const LEAST_DRAG = 8;

/** What the service takes: other pictures that this browser can show become JPEG. */
async function readable(file) {
  if (TAKEN.includes(file.type)) {
    return file;
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file; // the server says what it is
  }
  const canvas = el('canvas', { width: bitmap.width, height: bitmap.height });
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise(resolve => canvas.toBlob(blob => resolve(blob ?? file), 'image/jpeg', 0.92));
}

/** What a thing is called: the best match's label, else its best class, else unknown. */
export function nameOf(detection) {
  const match = detection.matches[0];
  const classified = detection.classes?.[0];
  if (match) {
    return { text: match.label, score: match.score, known: true };
  }
  return classified ? { text: classified.label, score: classified.score, known: true } : { text: 'unknown', score: detection.score, known: false };
}

export class Photo {
  /**
   * @param taken called with each new photo, a Blob
   * @param picked called with the number of the box that was chosen
   * @param drawn called with a box drawn by hand, [x1, y1, x2, y2] in pixels of the photo
   */
  constructor(taken, picked, drawn) {
    this.taken = taken;
    this.picked = picked;
    this.image = byId('photo');
    this.boxes = byId('boxes');
    this.url = null;
    for (const id of ['file', 'camera']) {
      byId(id).addEventListener('change', event => {
        this.take(event.target.files[0]);
        event.target.value = ''; // the same file may be chosen again
      });
    }
    document.addEventListener('paste', event => {
      const file = [...event.clipboardData.files].find(one => one.type.startsWith('image/'));
      if (file) {
        event.preventDefault();
        this.take(file);
      }
    });
    this.listenToDrops();
    this.listenToDrawing(drawn);
  }

  async take(file) {
    if (file) {
      this.taken(await readable(file));
    }
  }

  listenToDrops() {
    const stage = byId('stage');
    const files = event => [...(event.dataTransfer?.types ?? [])].includes('Files');
    // The whole window: a photo that misses the frame must not replace the page.
    window.addEventListener('dragover', event => {
      if (files(event)) {
        event.preventDefault();
        stage.classList.add('over');
      }
    });
    window.addEventListener('dragleave', event => {
      if (!event.relatedTarget) {
        stage.classList.remove('over');
      }
    });
    window.addEventListener('drop', event => {
      stage.classList.remove('over');
      if (files(event)) {
        event.preventDefault();
        this.take(event.dataTransfer.files[0]);
      }
    });
  }

  /** A mouse or a pen drags a box open; a finger scrolls. */
  listenToDrawing(drawn) {
    const picture = byId('picture');
    let start = null;
    let shape = null;
    const at = event => {
      const frame = this.image.getBoundingClientRect();
      const within = (value, most) => Math.min(Math.max(value, 0), most);
      return { x: within(event.clientX - frame.left, frame.width), y: within(event.clientY - frame.top, frame.height), frame };
    };
    const stop = () => {
      shape?.remove();
      start = null;
      shape = null;
    };
    picture.addEventListener('pointerdown', event => {
      if (event.pointerType !== 'touch' && event.button === 0 && !event.target.closest('button')) {
        event.preventDefault();
        picture.setPointerCapture(event.pointerId);
        start = at(event);
        shape = el('div', { class: 'drawn' });
        this.boxes.after(shape);
      }
    });
    picture.addEventListener('pointermove', event => {
      if (start) {
        const end = at(event);
        place(shape, [Math.min(start.x, end.x), Math.min(start.y, end.y), Math.max(start.x, end.x), Math.max(start.y, end.y)], end.frame.width, end.frame.height);
      }
    });
    picture.addEventListener('pointercancel', stop);
    picture.addEventListener('pointerup', event => {
      if (start) {
        const end = at(event);
        const scale = this.image.naturalWidth / end.frame.width;
        const box = [Math.min(start.x, end.x), Math.min(start.y, end.y), Math.max(start.x, end.x), Math.max(start.y, end.y)];
        stop();
        if (box[2] - box[0] >= LEAST_DRAG && box[3] - box[1] >= LEAST_DRAG) {
          drawn(box.map(side => Math.round(side * scale)));
        }
      }
    });
  }

  /** Shows the photo without boxes. False: this browser can't show it. */
  async show(blob) {
    this.clear();
    if (this.url) {
      URL.revokeObjectURL(this.url);
    }
    this.url = URL.createObjectURL(blob);
    this.image.src = this.url;
    byId('empty').hidden = true;
    byId('picture').hidden = false;
    const shown = await this.image.decode().then(() => true, () => false);
    const { naturalWidth: width, naturalHeight: height } = this.image;
    byId('picture').style.width = shown ? `min(100%, ${75 * width / height}vh, max(20rem, ${2 * width}px))` : '';
    return shown;
  }

  clear() {
    this.boxes.replaceChildren();
  }

  /** Boxes of a result, in its order; small ones lie over large ones. */
  draw(detections, { width, height }) {
    const area = ({ bbox: [x1, y1, x2, y2] }) => (x2 - x1) * (y2 - y1);
    const larger = [...detections].sort((a, b) => area(b) - area(a));
    this.boxes.replaceChildren(...detections.map((detection, i) => {
      const name = nameOf(detection);
      const box = el('button', {
        type: 'button', class: name.known ? 'box' : 'box unknown', 'aria-label': `${i + 1} ${name.text} ${score(name.score)}, add to a gallery`,
        click: () => this.picked(i), mouseenter: () => this.mark(i, true), mouseleave: () => this.mark(i, false), focus: () => this.mark(i, true), blur: () => this.mark(i, false),
      }, el('span', { class: 'tag' }, el('b', {}, `${i + 1} `), el('span', { class: 'tag-text' }, `${name.text} `), el('span', { class: 'tag-score' }, score(name.score))));
      place(box, detection.bbox, width, height);
      box.classList.toggle('at-top', detection.bbox[1] < height * 0.08);
      box.style.zIndex = String(1 + larger.indexOf(detection));
      return box;
    }));
  }

  /** Shows that a thing is meant, here and in the list. */
  mark(i, on) {
    this.boxes.children[i]?.classList.toggle('marked', on);
    byId('things').children[i]?.classList.toggle('marked', on);
  }

  focus(i) {
    this.boxes.children[i]?.focus();
  }

  /** Draws a part of the photo into a canvas, as large as it fits. */
  crop([x1, y1, x2, y2], canvas) {
    if (!this.image.naturalWidth) {
      return; // the service can read it, this browser can't
    }
    const scale = Math.min(canvas.width / (x2 - x1), canvas.height / (y2 - y1));
    const width = (x2 - x1) * scale;
    const height = (y2 - y1) * scale;
    const context = canvas.getContext('2d');
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.image, x1, y1, x2 - x1, y2 - y1, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  }
}

function place(element, [x1, y1, x2, y2], width, height) {
  Object.assign(element.style, { left: `${100 * x1 / width}%`, top: `${100 * y1 / height}%`, width: `${100 * (x2 - x1) / width}%`, height: `${100 * (y2 - y1) / height}%` });
}

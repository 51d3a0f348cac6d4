// Elements made by hand: what comes from the server becomes text and attributes' values, never markup.

/** The element of that id, which is there. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`element: #${id} is not there (expected: in page.html)`);
  }
  return found;
}

/**
 * An element. Attributes that are false or null are left out, true ones are empty; functions are listeners of the event they are named after.
 * Children are nodes or texts.
 */
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Milliseconds for people. */
export function ms(value) {
  if (typeof value !== 'number') {
    return '–';
  }
  return value >= 100 ? `${Math.round(value)} ms` : value >= 10 ? `${value.toFixed(1)} ms` : `${value.toFixed(2)} ms`;
}

/** A score, as results have it: at most four digits, here two. */
export function score(value) {
  return typeof value === 'number' ? value.toFixed(2) : '–';
}

export function count(number, one, many) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

// Sorts a table by a click on the name of a column: numbers by their size, everything else as people sort words.

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

// Below zero where the first value comes first. Empty ones come last, whatever the direction.
export function compare(one, other, direction) {
  if (one === '' || other === '') return Number(one === '') - Number(other === '');
  const numbers = [Number(one), Number(other)];
  const difference = numbers.some(Number.isNaN) ? words.compare(one, other) : numbers[0] - numbers[1];
  return difference * direction;
}

export function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.textContent = head.textContent;
    button.addEventListener('click', () => {
      const direction = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
      sort(table.tBodies[0], place, direction);
    });
    head.replaceChildren(button);
  });
}

function sort(body, place, direction) {
  const value = (row) => row.cells[place].textContent.trim();
  const rows = [...body.rows].map((row) => [value(row), row]);
  rows.sort((one, other) => compare(one[0], other[0], direction));
  body.append(...rows.map(([, row]) => row));
}

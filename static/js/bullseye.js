// The bull's-eye: a tap on a ring chooses its number; the numbers, by tap or arrow keys, move the stone and say
// where it is. The radio buttons are the control: without this script, or without the drawing, they are enough.
const target = document.querySelector('[data-target]');
if (target) {
  const radios = [...document.querySelectorAll('input[type="radio"][data-domain]')];
  const said = target.querySelector('[data-said]');
  const chosen = (domain) => radios.find((radio) => radio.dataset.domain === domain && radio.checked);

  // As in steps/target.py: the middle of a ring, on the diagonal of its quarter.
  function place(stone) {
    const radio = chosen(stone.dataset.stone);
    stone.setAttribute('visibility', radio ? 'visible' : 'hidden');
    if (!radio) return;
    const along = (8 + ((Number(radio.value) - 0.5) * 152) / 7 - 4) * Math.SQRT1_2;
    const [x, y] = [stone.dataset.across, stone.dataset.down].map((side) => (170 + side * along).toFixed(1));
    stone.setAttribute('transform', `translate(${x} ${y})`);
  }

  function describe() {
    const domains = new Map(radios.map((radio) => [radio.dataset.domain, radio.dataset.name]));
    said.textContent = [...domains].map(([domain, name]) => {
      const radio = chosen(domain);
      return (radio ? said.dataset.ring : said.dataset.open).replace('{name}', name).replace('{ring}', radio?.value ?? '');
    }).join(', ');
  }

  function show() { target.querySelectorAll('[data-stone]').forEach(place); describe(); }

  document.addEventListener('change', (event) => { if (radios.includes(event.target)) show(); });
  target.addEventListener('click', (event) => {
    const { domain, distance } = event.target.closest('.hit')?.dataset ?? {};
    const radio = radios.find((one) => one.dataset.domain === domain && one.value === distance);
    if (!radio) return;
    radio.checked = true;
    for (const name of ['input', 'change']) radio.dispatchEvent(new Event(name, { bubbles: true }));
  });
  // A draft that waited on this device is put back by autosave.js, which runs before.
  window.addEventListener('pageshow', show);
}

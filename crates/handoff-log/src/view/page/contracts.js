// Contracts: their fields, each with its type, its checks and what its documentation says.

/** So many fields of a shape are shown. */
const MOST_FIELDS = 200;

/** Documentation in its own lines. */
const documented = doc => doc && element('p.doc', null, cut(doc, LONGEST));

/** A contract, folded; without anything to say, its name alone. */
function contractBox({ name, max, shapes = [] }, role) {
  const head = [element('span.dim', null, role), ' ', element('code', null, cut(name, 200))];
  const [itself, ...others] = shapes;
  if (!itself?.doc && !itself?.fields.length && !others.length) return element('p.contract', null, head);
  return element(
    'details.contract',
    null,
    element('summary', null, head),
    shapeBox(itself, max && `at most ${counted(max, 'token')}`),
    others.map(shape => [element('h4', null, element('code', null, cut(shape.name, 200))), shapeBox(shape)]),
  );
}

function shapeBox({ is, doc, fields }, bound) {
  return [
    documented(doc),
    bound && element('p.dim', null, bound),
    !fields.length && element('p.dim', null, is),
    element(
      'dl.fields',
      null,
      fields
        .slice(0, MOST_FIELDS)
        .map(([name, type, doc]) => [
          element('dt', null, element('code', null, name), ' ', element('span.dim', null, type)),
          doc && element('dd', null, documented(doc)),
        ]),
    ),
    fields.length > MOST_FIELDS && element('p.dim', null, `and ${fields.length - MOST_FIELDS} more`),
  ];
}

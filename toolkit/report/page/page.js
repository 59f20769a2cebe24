/* Sorts, searches, filters and unfolds the tables. Computes no figure: every number and word
   comes from the data blocks as it was written. ES2017, no library, no network. */
(function () {
  'use strict';

  var GROUP = 100; // rows of one level shown at once
  var GROUP_PRINTED = 5000;
  var LAZY = 400000; // letters of data from which a table waits until it comes near
  var TALL = 40; // rows from which a table scrolls in itself, its head in view
  var FEW = 12; // rows for which a table needs no search

  var shared = read('shared');
  var say = shared.say;

  function read(name) {
    var block = document.getElementById('d-' + name);
    return block ? JSON.parse(block.textContent) : null;
  }

  function make(name, attributes, children) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== null && attributes[key] !== undefined) {
        element.setAttribute(key, attributes[key]);
      }
    });
    (Array.isArray(children) ? children : [children]).forEach(function (child) {
      if (child !== null && child !== undefined && child !== '') {
        element.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)));
      }
    });
    return element;
  }

  function filled(words, values) {
    return words.replace(/\{(\w+)\}/g, function (whole, key) {
      return key in values ? values[key] : whole;
    });
  }

  function count(number) {
    return number.toString().replace(/\B(?=(\d{3})+$)/g, shared.lang === 'vi' ? '.' : ',');
  }

  // --- Vietnamese --------------------------------------------------------------------------

  // "Hải Phòng" and "hai phong" are one to a search; so are đ and d.
  function fold(words) {
    return words.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase()
      .replace(/đ/g, 'd').replace(/\s+/g, ' ').trim();
  }

  var ALPHABET = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz';
  var TONES = '\u0300\u0309\u0303\u0301\u0323'; // huyền, hỏi, ngã, sắc, nặng
  var keys = new Map();

  // Letters first (a ă â b … đ), tones where the letters are the same; "2" stands before "10".
  // Written out, because old browsers bring no Vietnamese order along.
  function collationKey(words) {
    var known = keys.get(words);
    if (known) { return known; }
    var letters = [];
    var tones = [];
    var digits = '';
    function flush() {
      if (digits) {
        digits = digits.replace(/^0+(?=\d)/, '');
        letters.push(1, digits.length);
        digits.split('').forEach(function (digit) { letters.push(+digit); });
        digits = '';
      }
    }
    words.toLowerCase().normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/g, function (tone, at) {
      tones.push([at, TONES.indexOf(tone) + 1]);
      return '';
    }).normalize('NFC').split('').forEach(function (letter) {
      if (letter >= '0' && letter <= '9') { digits += letter; return; }
      flush();
      var place = ALPHABET.indexOf(letter);
      letters.push(place >= 0 ? place + 20 : letter > '\u00ff' ? 100 + letter.charCodeAt(0) : 0);
    });
    flush();
    var key = { letters: letters, tones: tones };
    keys.set(words, key);
    return key;
  }

  function compareText(a, b) {
    if (a === b) { return 0; }
    var x = collationKey(a);
    var y = collationKey(b);
    var i;
    for (i = 0; i < x.letters.length && i < y.letters.length; i++) {
      if (x.letters[i] !== y.letters[i]) { return x.letters[i] - y.letters[i]; }
    }
    if (x.letters.length !== y.letters.length) { return x.letters.length - y.letters.length; }
    for (i = 0; i < x.tones.length && i < y.tones.length; i++) {
      if (x.tones[i][0] !== y.tones[i][0]) { return y.tones[i][0] - x.tones[i][0]; }
      if (x.tones[i][1] !== y.tones[i][1]) { return x.tones[i][1] - y.tones[i][1]; }
    }
    return x.tones.length - y.tones.length || (a < b ? -1 : 1);
  }

  // --- cells and nodes: [cells, kids, origins, sources]; a cell is words, a number that shows
  // as itself, or [words, order, look, hint] ------------------------------------------------

  function wordsOf(cell) {
    return cell === undefined ? '' : Array.isArray(cell) ? cell[0] : String(cell);
  }
  function orderOf(cell) {
    if (typeof cell === 'number') { return cell; }
    return Array.isArray(cell) && typeof cell[1] === 'number' ? cell[1] : null;
  }
  function lookOf(cell) { return Array.isArray(cell) && cell[2] || ''; }
  function kidsOf(node) { return node[1] || []; }
  function originsOf(node) { return node[2] || []; }
  function sourcesOf(node) { return node[3] || []; }
  function unfolds(node) { return !!(node[1] && node[1].length || node[2] && node[2].length || node[3] && node[3].length); }

  // What has no figure stands last, whichever way the column is sorted.
  function lacking(cell, kind) {
    return wordsOf(cell) === '' || lookOf(cell) === 'x' || (kind === 'n' && orderOf(cell) === null);
  }

  function compareCells(a, b, kind, direction) {
    var noA = lacking(a, kind);
    var noB = lacking(b, kind);
    if (noA || noB) { return noA === noB ? 0 : noA ? 1 : -1; }
    var x = orderOf(a);
    var y = orderOf(b);
    var found = x !== null && y !== null ? x - y : compareText(wordsOf(a), wordsOf(b));
    return direction * found;
  }

  var folded = new WeakMap();
  function foldedNode(node) {
    var words = folded.get(node);
    if (words === undefined) {
      words = fold(node[0].map(wordsOf).join(' \u2016 '));
      folded.set(node, words);
    }
    return words;
  }

  // --- a table -----------------------------------------------------------------------------

  function Board(box) {
    this.box = box;
    this.name = box.getAttribute('data-table');
    this.table = box.querySelector('table');
    this.body = this.table.tBodies[0];
    this.open = new Set();
    this.limits = new Map();
    this.buttons = new Map();
    this.query = '';
    this.chosen = [];
    this.sorted = null;
    this.printing = false;
    this.ready = false;
  }

  Board.prototype.start = function () {
    if (this.ready) { return; }
    this.ready = true;
    this.data = read(this.name);
    var roots = this.data.r;
    if (roots.length === 1 && kidsOf(roots[0]).length) { this.open.add(roots[0]); }
    this.unfolding = roots.some(unfolds);
    this.heads();
    if (roots.length > FEW || this.data.f.length || roots.some(function (n) { return kidsOf(n).length; })) {
      this.tools();
    }
    this.draw();
  };

  Board.prototype.heads = function () {
    var board = this;
    Array.prototype.forEach.call(this.table.querySelectorAll('th[data-c]'), function (head) {
      var column = +head.getAttribute('data-c');
      var button = make('button', { type: 'button', title: say.sort, class: 'sort' }, head.textContent);
      head.textContent = '';
      head.appendChild(button);
      // Browsers do not print a button again in the head of the next page.
      head.appendChild(make('span', { class: 'printed', 'aria-hidden': 'true' }, button.textContent));
      head.setAttribute('aria-sort', 'none');
      button.addEventListener('click', function () { board.sort(column); });
    });
  };

  Board.prototype.sort = function (column) {
    var now = this.sorted;
    if (!now || now.column !== column) { this.sorted = { column: column, direction: 1 }; }
    else if (now.direction === 1) { this.sorted = { column: column, direction: -1 }; }
    else { this.sorted = null; } // the order of the programme again
    var sorted = this.sorted;
    Array.prototype.forEach.call(this.table.querySelectorAll('th[data-c]'), function (head) {
      var own = sorted && +head.getAttribute('data-c') === sorted.column;
      head.setAttribute('aria-sort', !own ? 'none' : sorted.direction === 1 ? 'ascending' : 'descending');
    });
    this.draw();
  };

  Board.prototype.tools = function () {
    var board = this;
    var id = 'q-' + this.name;
    var input = make('input', { type: 'search', id: id, autocomplete: 'off', spellcheck: 'false' });
    var timer = 0;
    input.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(function () { board.query = fold(input.value); board.draw(); }, 120);
    });
    var tools = make('div', { class: 'tools', role: 'search', 'aria-label': this.table.caption.textContent }, [
      make('label', { for: id }, say.search), input
    ]);
    var selects = this.data.f.map(function (filter, place) { return board.filter(filter, place, tools); });
    this.clear = make('button', { type: 'button', class: 'clear', hidden: '' }, say.clear);
    this.clear.addEventListener('click', function () {
      input.value = '';
      board.query = '';
      selects.forEach(function (select) { select.value = ''; });
      board.chosen = [];
      board.draw();
      input.focus();
    });
    this.said = make('p', { role: 'status', class: 'count' });
    tools.appendChild(this.clear);
    tools.appendChild(this.said);
    this.box.insertBefore(tools, this.box.firstChild);
  };

  Board.prototype.filter = function (filter, place, tools) {
    var board = this;
    var id = 'f-' + this.name + '-' + place;
    var options = filter.opts;
    if (filter.by === 'text') {
      var seen = new Set();
      this.data.r.forEach(function (node) {
        filter.cols.forEach(function (c) { if (wordsOf(node[0][c])) { seen.add(wordsOf(node[0][c])); } });
      });
      options = Array.from(seen).map(function (words) { return [words, words]; });
    }
    var select = make('select', { id: id }, [make('option', { value: '' }, say.all)].concat(
      options.map(function (option, n) { return make('option', { value: String(n) }, option[0]); })
    ));
    select.addEventListener('change', function () {
      board.chosen[place] = select.value === '' ? undefined : options[+select.value][1];
      board.draw();
    });
    tools.appendChild(make('label', { for: id }, filter.label));
    tools.appendChild(select);
    return select;
  };

  Board.prototype.chosenHas = function (node) {
    var filters = this.data.f;
    return this.chosen.every(function (value, place) {
      return value === undefined || filters[place].cols.some(function (c) {
        var cell = node[0][c];
        return (filters[place].by === 'look' ? lookOf(cell) : wordsOf(cell)) === value;
      });
    });
  };

  // The rows that are left. A row with matches below it is open and shows only those; one that
  // matches by its own words alone keeps all below it.
  Board.prototype.left = function (nodes) {
    var board = this;
    var kept = [];
    nodes.forEach(function (node) {
      var kids = board.query ? board.left(kidsOf(node)) : [];
      if (kids.length) {
        kept.push({ node: node, kids: kids });
      } else if (!board.query || foldedNode(node).indexOf(board.query) >= 0) {
        kept.push({ node: node, kids: null });
      }
    });
    return kept;
  };

  Board.prototype.ordered = function (rows) {
    var sorted = this.sorted;
    if (!sorted) { return rows; }
    var kind = this.data.k[sorted.column];
    return rows.map(function (row, place) { return [row, place]; }).sort(function (a, b) {
      return compareCells(a[0].node[0][sorted.column], b[0].node[0][sorted.column], kind, sorted.direction) || a[1] - b[1];
    }).map(function (pair) { return pair[0]; });
  };

  Board.prototype.draw = function () {
    var board = this;
    var focused = null;
    this.buttons.forEach(function (button, node) { if (button === document.activeElement) { focused = node; } });
    this.buttons = new Map();
    var roots = this.data.r.filter(function (node) { return board.chosenHas(node); });
    var rows = this.left(roots);
    var body = make('tbody');
    this.group(body, rows, 0, this.data);
    if (!rows.length) {
      body.appendChild(make('tr', {}, make('td', { colspan: this.data.k.length, class: 'empty' }, say.none)));
    }
    this.table.replaceChild(body, this.body);
    this.body = body;
    this.box.classList.toggle('tall', body.rows.length > TALL);
    if (this.said) {
      this.said.textContent = filled(say.shown, { shown: count(rows.length), total: count(this.data.r.length) });
      var used = this.query || this.chosen.some(function (v) { return v !== undefined; });
      if (used) { this.clear.removeAttribute('hidden'); } else { this.clear.setAttribute('hidden', ''); }
    }
    if (focused && this.buttons.has(focused)) { this.buttons.get(focused).focus(); }
  };

  Board.prototype.group = function (body, rows, depth, owner) {
    var board = this;
    var limit = this.printing ? GROUP_PRINTED : this.limits.get(owner) || GROUP;
    var ordered = this.ordered(rows);
    ordered.slice(0, limit).forEach(function (row) { board.row(body, row, depth); });
    var rest = ordered.length - limit;
    if (rest > 0) {
      var more = make('button', { type: 'button', class: 'more' }, filled(say.more, { rest: count(rest) }));
      more.addEventListener('click', function () {
        board.limits.set(owner, limit + 5 * GROUP);
        board.draw();
      });
      body.appendChild(make('tr', {}, make('td', { colspan: this.data.k.length }, more)));
    }
  };

  Board.prototype.row = function (body, row, depth) {
    var board = this;
    var node = row.node;
    var open = row.kids !== null || this.open.has(node);
    var line = make('tr', { class: 'd' + depth + (open && unfolds(node) ? ' open' : '') });
    for (var c = 0; c < this.data.k.length; c++) {
      line.appendChild(this.cell(node, c, open));
    }
    body.appendChild(line);
    if (!open) { return; }
    var kids = row.kids || kidsOf(node).map(function (kid) { return { node: kid, kids: null }; });
    if (originsOf(node).length || sourcesOf(node).length) {
      body.appendChild(make('tr', { class: 'src' }, make('td', { colspan: this.data.k.length }, behind(node))));
    }
    if (kids.length) { board.group(body, kids, depth + 1, node); }
  };

  Board.prototype.cell = function (node, c, open) {
    var board = this;
    var cell = node[0][c];
    var look = lookOf(cell);
    var classes = 'k-' + this.data.k[c] + (this.data.w[c] === '1' ? ' wide' : '') + (look ? ' l-' + look : '');
    var label = c === this.data.l;
    if (label && this.unfolding) { classes += ' label'; }
    var element = make(label ? 'th' : 'td', { class: classes, scope: label ? 'row' : null },
      label ? make('span', { class: 'cut' }, wordsOf(cell)) : wordsOf(cell));
    if (look === 'p') {
      var said = say.provisional + (cell[3] ? ': ' + cell[3] : '');
      element.appendChild(make('span', { class: 'prov', title: said, 'aria-hidden': 'true' }, '*'));
      element.appendChild(make('span', { class: 'vh' }, ' (' + said + ')'));
    }
    if (label && unfolds(node)) {
      var button = make('button', {
        type: 'button', class: 'unfold', 'aria-expanded': String(open),
        'aria-label': filled(say.open_row, { row: wordsOf(cell) })
      });
      button.addEventListener('click', function () {
        if (board.open.has(node)) { board.open.delete(node); } else { board.open.add(node); }
        board.draw();
      });
      element.insertBefore(button, element.firstChild);
      this.buttons.set(node, button);
    }
    return element;
  };

  // --- what a row rests on: the file, and cell by cell what stood there ---------------------

  function behind(node) {
    var box = make('div', { class: 'behind' });
    sourcesOf(node).forEach(function (place) { box.appendChild(sourceLine(shared.sources[place])); });
    var origins = originsOf(node);
    if (origins.length) {
      var heads = ['column', 'raw', 'read', 'sheet', 'cell', 'notes'].map(function (key) {
        return make('th', { scope: 'col' }, say[key]);
      });
      box.appendChild(make('table', { class: 'origins' }, [
        make('caption', { class: 'vh' }, say.origins),
        make('thead', {}, make('tr', {}, heads)),
        make('tbody', {}, origins.map(originLine))
      ]));
    }
    return box;
  }

  function sourceLine(source) {
    var line = make('p', { class: 'source' }, [
      make('b', {}, source[4]), ' · ' + say.file + ' ', make('span', { class: 'path' }, source[0]),
      ' · ' + say.received + ' ' + source[2]
    ]);
    if (source[1]) { // always relative: the archive lies beside the page
      line.appendChild(document.createTextNode(' · '));
      line.appendChild(make('a', { href: './' + source[1] }, say.original));
    }
    return line;
  }

  function originLine(origin) {
    var notes = (origin[5] || []).map(function (place) {
      var finding = shared.findings[place];
      return make('p', { class: 'l-' + finding[0] }, finding[1] + ': ' + finding[2]);
    });
    return make('tr', {}, [
      make('th', { scope: 'row' }, shared.strings[origin[0]]),
      make('td', { class: 'raw', 'data-h': say.raw }, origin[2] === 0 ? origin[1] : origin[2]),
      make('td', { 'data-h': say.read }, origin[2] === 0 ? say.same : origin[1]),
      make('td', { 'data-h': say.sheet }, shared.strings[origin[3]]),
      make('td', { class: 'k-w', 'data-h': say.cell }, origin[4]),
      make('td', { 'data-h': say.notes }, notes)
    ]);
  }

  // --- start, print ------------------------------------------------------------------------

  var boards = Array.prototype.map.call(document.querySelectorAll('[data-table]'), function (box) {
    return document.getElementById('d-' + box.getAttribute('data-table')) ? new Board(box) : null;
  }).filter(Boolean);

  function near(board) {
    var observer = new IntersectionObserver(function (entries) {
      if (entries.some(function (entry) { return entry.isIntersecting; })) {
        observer.disconnect();
        board.start();
      }
    }, { rootMargin: '600px' });
    observer.observe(board.box);
  }

  boards.forEach(function (board) {
    var size = document.getElementById('d-' + board.name).textContent.length;
    if (size > LAZY && 'IntersectionObserver' in window) { near(board); } else { board.start(); }
  });
  document.documentElement.classList.add('js');

  function printing(now) {
    boards.forEach(function (board) {
      if (board.printing !== now) {
        board.printing = now;
        if (now) { board.start(); }
        board.draw();
      }
    });
  }
  window.addEventListener('beforeprint', function () { printing(true); });
  window.addEventListener('afterprint', function () { printing(false); });
}());

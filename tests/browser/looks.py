"""What is looked for on every page: each check returns its faults in words."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKING = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "iframes": False,
}
TAB_STOPS, AT_ONCE = 150, 10
AXE = Axe()  # reads half a megabyte

# --- in the page -------------------------------------------------------------------------------

SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth, faults = [];
  if (document.documentElement.scrollWidth > width)
    faults.push(`the page is ${document.documentElement.scrollWidth} wide on ${width}`);
  const scrolls = element => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (['auto', 'scroll', 'hidden', 'clip'].includes(style.overflowX)) return true;
    }
    return false;
  };
  if (faults.length)
    for (const element of document.querySelectorAll('body *')) {
      const box = element.getBoundingClientRect();
      if (box.width && box.right > width + 1 && !scrolls(element))
        faults.push(`${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className} ends at ${Math.round(box.right)}: ${(element.textContent || '').trim().slice(0, 40)}`);
    }
  return faults.slice(0, 8);
}"""

CUT_OFF = """() => {
  const faults = [];
  for (const element of document.querySelectorAll('main *, header *, footer *')) {
    const style = getComputedStyle(element);
    if (!['hidden', 'clip'].includes(style.overflowX) && !['hidden', 'clip'].includes(style.overflowY)) continue;
    if (element.clientWidth < 3 || element.clientHeight < 3 || element.closest('svg') || 'value' in element) continue;
    if (style.clip !== 'auto' || style.clipPath !== 'none') continue;
    if (element.scrollWidth > element.clientWidth + 2 || element.scrollHeight > element.clientHeight + 2)
      faults.push(`${element.tagName.toLowerCase()}.${element.className} cuts off: ${element.textContent.trim().slice(0, 40)}`);
  }
  return faults.slice(0, 8);
}"""

SMALL_TARGETS = """least => {
  const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex="0"]';
  const stretched = element => {  // a link whose ::after covers its card is as large as the card
    const after = getComputedStyle(element, '::after');
    if (after.content === 'none' || after.position !== 'absolute') return null;
    let box = element;
    while (box && getComputedStyle(box).position === 'static') box = box.parentElement;
    return box && box.getBoundingClientRect();
  };
  const inSentence = element => {  // excepted by 2.5.8, inline
    if (element.tagName !== 'A' || getComputedStyle(element).display !== 'inline') return false;
    const block = element.closest('p, li, dd, td, th, h1, h2, h3, figcaption, legend, label, div');
    return block && block.innerText.trim().length > element.innerText.trim().length + 3;
  };
  const found = [];
  for (const element of document.querySelectorAll(controls)) {
    if (!element.checkVisibility({visibilityProperty: true}) || element.tabIndex < 0) continue;
    const box = element.getBoundingClientRect();
    const labels = [...(element.labels || [])].map(label => label.getBoundingClientRect());
    if (box.right < 0 || box.bottom < 0) continue;  // a skip link waits outside
    if (box.width <= 1 && box.height <= 1 && !labels.length) continue;
    const boxes = [box, stretched(element), ...labels].filter(Boolean);
    // A box and the label beside it are one target.
    const area = boxes.reduce((all, one) => ({
      left: Math.min(all.left, one.left), right: Math.max(all.right, one.right),
      top: Math.min(all.top, one.top), bottom: Math.max(all.bottom, one.bottom)}));
    const isChoice = ['radio', 'checkbox'].includes(element.type);
    const best = isChoice ? area : boxes.reduce((one, other) =>
      Math.min(other.width, other.height) > Math.min(one.width, one.height) ? other : one);
    found.push({element, left: best.left, right: best.right, top: best.top, bottom: best.bottom});
  }
  const small = one => one.right - one.left < least - 0.5 || one.bottom - one.top < least - 0.5;
  const near = (one, other) => {  // does a circle of 24 px around one's middle touch the other (2.5.8, spacing)
    const x = (one.left + one.right) / 2, y = (one.top + one.bottom) / 2;
    const dx = Math.max(other.left - x, 0, x - other.right), dy = Math.max(other.top - y, 0, y - other.bottom);
    return Math.hypot(dx, dy) < 12;
  };
  return found.filter(one => small(one) && !inSentence(one.element))
    .filter(one => least > 24 || found.some(other => other !== one && near(one, other)))
    .map(({element, left, right, top, bottom}) => `${element.tagName.toLowerCase()} «${(element.textContent || element.value || element.name || '').trim().replace(/\\s+/g, ' ').slice(0, 40)}» is ${Math.round(right - left)} × ${Math.round(bottom - top)}`)
    .slice(0, 12);
}"""

SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

FOCUSED = """() => {
  for (const one of document.getAnimations()) try { one.finish(); } catch {}  // what slides in is there
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const boxOf = one => one.getBoundingClientRect();
  const shows = one => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  const labels = [...(element.labels || [])];
  const visible = shows(element) || labels.some(one => shows(one) || ['::before', '::after'].some(part => {
    const style = getComputedStyle(one, part);
    return style.content !== 'none' && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
  }));
  const box = [element, ...labels].map(boxOf).find(one => one.width > 2 && one.height > 2) || boxOf(element);
  const onScreen = one => ({left: Math.max(one.left, 0), top: Math.max(one.top, 0),
    right: Math.min(one.right, innerWidth), bottom: Math.min(one.bottom, innerHeight)});  // it may be larger
  const inside = [box, ...element.getClientRects()].map(onScreen)
    .filter(one => one.right - one.left > 1 && one.bottom - one.top > 1)
    .flatMap(({left, top, right, bottom}) => [[(left + right) / 2, (top + bottom) / 2], [left + 1, top + 1], [right - 1, bottom - 1]]);
  const hit = inside.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (top === element || element.contains(top) || top.contains(element) || labels.some(one => one === top || one.contains(top)));
  });
  if (!element.dataset.stop) element.dataset.stop = String(window.stops = (window.stops || 0) + 1);
  return {stop: element.dataset.stop, name: `${element.tagName.toLowerCase()} «${(element.textContent || element.name || '').trim().slice(0, 40)}»`, visible, hit};
}"""

# Written down in the page at each key, once the browser has moved: asking after each one took
# as long as all else. After the last stop the key moves nothing any more.
WALK = """() => {
  const look = FOCUSED, walk = window.walk = {stops: [], over: true};
  addEventListener('keydown', event => { if (event.key === 'Tab' && walk.over) event.preventDefault(); }, true);
  addEventListener('keyup', event => {
    if (event.key !== 'Tab' || walk.over) return;
    const stop = look();
    walk.over = !stop || walk.stops.some(one => one.stop === stop.stop);
    if (!walk.over) walk.stops.push(stop);
  }, true);
}""".replace("FOCUSED", FOCUSED)
BEGIN = "() => { Object.assign(window.walk, {stops: [], over: false}); }"

TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

VIOLATIONS = """async looking => (await axe.run(looking)).violations
  .map(({id, help, nodes}) => ({id, help, nodes: nodes.map(one => one.html)}))"""

TITLE = "() => [...document.querySelectorAll('h1')].map(one => one.textContent.trim())"


# --- the checks --------------------------------------------------------------------------------


def resize(page: Page, width: int, height: int) -> None:
    """Wait too until the page has answered: its menu folds up a frame later."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(TWO_FRAMES)


def axe(page: Page) -> list[str]:
    """Violations found by axe-core; a frame of ours lets no script in, not even axe."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.axe_script)
    return [
        f"{one['id']}: {one['help']}: {json.dumps([html[:160] for html in one['nodes'][:4]], ensure_ascii=False)}"
        for one in page.evaluate(VIOLATIONS, LOOKING)
    ]


def narrow(page: Page) -> list[str]:
    """At 320 px, as at 400 % zoom, nothing but labelled scrollers goes sideways (1.4.10)."""
    resize(page, 320, 800)
    return page.evaluate(SIDEWAYS)


def large_text(page: Page) -> list[str]:
    """With text of twice the size nothing is lost (1.4.4)."""
    resize(page, 1280, 900)
    page.evaluate("() => { document.documentElement.style.fontSize = '125%'; }")
    faults = [*page.evaluate(SIDEWAYS), *page.evaluate(CUT_OFF)]
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    return faults


def spaced_text(page: Page) -> list[str]:
    """With the spacing of 1.4.12 nothing is lost; a reload takes it away again."""
    resize(page, 390, 844)
    page.evaluate(SPACING)
    faults = [*page.evaluate(SIDEWAYS), *page.evaluate(CUT_OFF)]
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    return faults


def targets(page: Page, *, least: int) -> list[str]:
    """What one presses is large enough (2.5.8)."""
    resize(page, 390, 844)
    return page.evaluate(SMALL_TARGETS, least)


def headings(page: Page) -> list[str]:
    """One h1, and a title that begins with it or with the error."""
    found = page.evaluate(TITLE)
    faults = [] if len(found) == 1 else [f"{len(found)} headings of the first level: {found}"]
    return faults if page.title().strip() else [*faults, "the tab has no title"]


def focus(page: Page) -> list[str]:
    """Each tab stop shows where one is (2.4.7) and is hidden by nothing (2.4.11), both ways."""
    page.evaluate("() => { document.activeElement?.blur?.(); window.scrollTo(0, 0); }")
    page.evaluate(WALK)
    faults: list[str] = []
    stops: list[dict] = []
    for key in ("Tab", "Shift+Tab"):
        stops = _walk(page, key)
        for stop in stops:
            if not stop["visible"]:
                faults.append(f"{key}: {stop['name']} does not show that it has focus")
            if not stop["hit"]:
                faults.append(f"{key}: {stop['name']} has focus and is hidden")
    return faults if len(stops) > 1 else [*faults, "there are no tab stops"]


def _walk(page: Page, key: str) -> list[dict]:
    """Where a key leads, until it leaves the page or comes to where it was."""
    page.evaluate(BEGIN)
    for _ in range(TAB_STOPS // AT_ONCE):
        for _ in range(AT_ONCE):
            page.keyboard.press(key)
        if page.evaluate("() => window.walk.over"):
            break
    return page.evaluate("() => window.walk.stops")

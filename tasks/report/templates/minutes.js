"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const audio = byId("audio"), list = byId("lines"), pane = byId("transcript");
  const lines = [...list.querySelectorAll("li")];
  const starts = lines.map((line) => Number(line.dataset.at));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const clock = (seconds) => {
    const whole = Math.floor(seconds), two = (number) => String(number).padStart(2, "0");
    return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  };
  const lineAt = (seconds) => {
    let low = 0, high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= seconds + 0.05) low = middle + 1; else high = middle;
    }
    return low - 1;
  };

  // Playing

  let position = 0, wanted = null;
  const canPlay = () => audio.hasAttribute("src") && !audio.error;
  const go = (seconds, playing) => {
    position = Math.min(Math.max(0, seconds), data.length);
    if (canPlay() && audio.readyState > 0) {
      audio.currentTime = position;
      if (playing) audio.play().catch(() => {});
    } else {
      wanted = { seconds: position, playing };
      if (canPlay() && playing) audio.play().catch(() => {});
    }
    show();
  };
  const toggle = () => { if (audio.paused) audio.play().catch(() => {}); else audio.pause(); };
  const say = (text) => {
    byId("missing").hidden = !text;
    byId("missing").firstElementChild.textContent = text;
  };
  audio.addEventListener("loadedmetadata", () => {
    say(Math.abs(audio.duration - data.length) > 2 + data.length / 200 ? data.say.other_length : "");
    if (wanted) { const { seconds, playing } = wanted; wanted = null; go(seconds, playing); }
  });
  audio.addEventListener("error", () => say(data.say.no_audio));
  if (audio.error) say(data.say.no_audio);
  byId("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (!file) return;
    wanted = wanted || { seconds: position, playing: false };
    audio.src = URL.createObjectURL(file);
  });
  byId("back").addEventListener("click", () => go(position - 10, !audio.paused));
  byId("ahead").addEventListener("click", () => go(position + 10, !audio.paused));
  byId("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });

  // The line that is heard

  let lit = null, following = true;
  const heads = document.querySelectorAll(".head"), strip = byId("strip");
  const follow = (on) => {
    following = on;
    byId("follow").setAttribute("aria-pressed", String(on));
  };
  const show = () => {
    for (const head of heads) head.style.left = `${data.length ? 100 * position / data.length : 0}%`;
    const line = lines[lineAt(position)] || null;
    const who = line ? line.querySelector("bdi").textContent : "";
    strip.setAttribute("aria-valuenow", String(Math.round(position)));
    strip.setAttribute("aria-valuetext", [clock(position), who].filter(Boolean).join(", "));
    if (line === lit) return;
    if (lit) { lit.classList.remove("lit"); lit.removeAttribute("aria-current"); }
    lit = line;
    if (!line) return;
    line.classList.add("lit");
    line.setAttribute("aria-current", "true");
    byId("now").textContent = [who, line.querySelector(".words").textContent].filter(Boolean).join(": ");
    if (following) bringIntoView(line);
  };
  const inPane = () => getComputedStyle(pane).overflowY === "auto";
  const bringIntoView = (line, always) => {
    if (line.hidden) return;
    const box = pane.getBoundingClientRect();
    if (!inPane() && !always && (box.top > innerHeight / 2 || box.bottom < 0)) return;
    // Lines that were never seen have no exact height yet, so the place is looked up again once they have.
    const scroll = (behavior) => {
      const spot = line.getBoundingClientRect(), scroller = inPane() ? pane : document.scrollingElement;
      const away = spot.top - (inPane() ? box.top + box.height / 3 : innerHeight / 3);
      if (Math.abs(away) > 4) scroller.scrollBy({ top: away, behavior: Math.abs(away) > innerHeight || calm.matches ? "instant" : behavior });
    };
    scroll("smooth");
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const spot = line.getBoundingClientRect();
      if (spot.bottom < 0 || spot.top > innerHeight) scroll("instant");
    }));
  };
  audio.addEventListener("timeupdate", () => { position = audio.currentTime; show(); });
  audio.addEventListener("seeking", () => { position = audio.currentTime; show(); });
  byId("follow").addEventListener("click", () => {
    follow(!following);
    if (following && lit) bringIntoView(lit, true);
  });
  for (const kind of ["wheel", "touchmove"]) pane.addEventListener(kind, () => { if (!audio.paused) follow(false); }, { passive: true });

  // A click on anything that was said

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-at]");
    const other = event.target.closest("a:not(.at), button, input, select, summary, label");
    if (!place || other || !getSelection().isCollapsed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.target.closest(".at")) history.replaceState(null, "", event.target.closest(".at").getAttribute("href"));
    follow(true);
    go(Number(place.dataset.at), true);
  });
  for (const each of document.querySelectorAll("[data-strip]")) {
    each.addEventListener("click", (event) => {
      const box = each.getBoundingClientRect();
      follow(true);
      go(data.length * (event.clientX - box.left) / box.width, true);
    });
  }
  strip.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -60, PageUp: 60 }[event.key];
    const target = event.key === "Home" ? 0 : event.key === "End" ? data.length : step && position + step;
    if (event.key === " " || event.key === "Enter") toggle();
    else if (target === undefined) return;
    else go(target, !audio.paused);
    event.preventDefault();
  });

  // The transcript by keyboard: one stop of the Tab key, arrows go from line to line

  const links = lines.map((line) => line.firstElementChild);
  let stop = 0;
  links.forEach((link, number) => { if (number) link.tabIndex = -1; });
  const focusLine = (number) => {
    links[stop].tabIndex = -1;
    stop = number;
    links[stop].tabIndex = 0;
    links[stop].focus();
  };
  const neighbour = (number, step) => {
    for (let next = number + step; next >= 0 && next < lines.length; next += step) if (!lines[next].hidden) return next;
    return number;
  };
  list.addEventListener("focusin", (event) => {
    const number = links.indexOf(event.target);
    if (number < 0 || number === stop) return;
    links[stop].tabIndex = -1;
    stop = number;
    links[stop].tabIndex = 0;
  });
  list.addEventListener("keydown", (event) => {
    const number = links.indexOf(event.target);
    if (number < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown") focusLine(neighbour(number, 1));
    else if (event.key === "ArrowUp") focusLine(neighbour(number, -1));
    else if (event.key === "Home") focusLine(neighbour(-1, 1));
    else if (event.key === "End") focusLine(neighbour(lines.length, -1));
    else if (event.key === " ") toggle();
    else return;
    event.preventDefault();
  });

  // Search: without accents in the query, accents in the text do not matter

  const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const spans = lines.map((line) => line.querySelector(".words"));
  const texts = spans.map((span) => span.textContent);
  let hits = [], here = -1, marked = new Set();
  const letters = (text, fold) => {
    // The folded text, and for each of its units the letter of the text that it came from.
    let folded = "";
    const from = [];
    let at = 0;
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const part = fold(segment);
      for (let unit = 0; unit < part.length; unit += 1) from.push([at, at + segment.length]);
      folded += part;
      at += segment.length;
    }
    return { folded, from };
  };
  const mark = (number, query, fold) => {
    const text = texts[number], { folded, from } = letters(text, fold), parts = [];
    let end = 0;
    for (let at = folded.indexOf(query); at >= 0; at = folded.indexOf(query, at + query.length)) {
      const first = from[at][0], last = from[at + query.length - 1][1];
      if (first < end) continue;
      const hit = document.createElement("mark");
      hit.textContent = text.slice(first, last);
      parts.push(text.slice(end, first), hit);
      hits.push({ hit, number });
      end = last;
    }
    if (parts.length) { spans[number].replaceChildren(...parts, text.slice(end)); marked.add(number); }
  };
  let folds = null;
  let later = 0;
  const search = () => {
    clearTimeout(later);
    later = 0;
    const typed = byId("words").value.trim(), fold = bare(typed) === plain(typed) ? bare : plain, query = fold(typed);
    for (const number of marked) spans[number].textContent = texts[number];
    [hits, here, marked] = [[], -1, new Set()];
    if (query) {
      folds = folds || { bare: texts.map(bare), plain: texts.map(plain) };
      const all = fold === bare ? folds.bare : folds.plain;
      all.forEach((text, number) => { if (!lines[number].hidden && text.includes(query)) mark(number, query, fold); });
    }
    byId("hits").textContent = !query ? "" : hits.length === 1 ? data.say.one_hit : data.say.hits.replace("{number}", hits.length);
  };
  const step = (by) => {
    if (later) search();
    if (!hits.length) return;
    if (here >= 0) hits[here].hit.classList.remove("here");
    here = (here < 0 && by < 0 ? hits.length - 1 : here + by + hits.length) % hits.length;
    hits[here].hit.classList.add("here");
    byId("hits").textContent = data.say.hit_of.replace("{part}", here + 1).replace("{whole}", hits.length);
    follow(false);
    bringIntoView(lines[hits[here].number], true);
  };
  byId("words").addEventListener("input", () => { clearTimeout(later); later = setTimeout(search, 150); });
  byId("words").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.target.value = ""; search(); }
    if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); step(-1); }
  });
  byId("search").addEventListener("submit", (event) => { event.preventDefault(); step(1); });
  byId("before").addEventListener("click", () => step(-1));

  // Only some of the speakers

  const buttons = [...document.querySelectorAll("#filter button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      const chosen = new Set(buttons.filter((each) => each.getAttribute("aria-pressed") === "true").map((each) => each.dataset.who));
      for (const line of lines) line.hidden = chosen.size > 0 && !chosen.has(line.dataset.who);
      list.classList.toggle("filtered", chosen.size > 0);
      if (lines.length && lines[stop].hidden) { links[stop].tabIndex = -1; stop = neighbour(-1, 1); if (stop >= 0) links[stop].tabIndex = 0; else stop = 0; }
      search();
    });
  }

  // The line that the address names

  const fromAddress = () => {
    const line = lines.find((each) => `#${each.id}` === location.hash);
    if (line) { go(Number(line.dataset.at), false); bringIntoView(line, true); }
  };
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();

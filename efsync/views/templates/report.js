"use strict";

// Filters the accounts. What changes in a text is shown once somebody gets to see it: a browser would take long to show
// the texts of a thousand accounts, and shows no more than a thousand frames.
document.documentElement.classList.add("scripted");

const FRAMES_AT_ONCE = 60;
const ALIKE = 0.3; // two lines of which less than this share is the same are two lines, and not one that changed

// -- The difference of two texts, side by side

function isOfWord(character) {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

// With how many characters both begin; a word in which they differ does not belong to it.
function alike(first, second) {
  let length = 0;
  while (length < first.length && first[length] === second[length]) length += 1;
  if (isOfWord(first[length]) || isOfWord(second[length])) while (length && isOfWord(first[length - 1])) length -= 1;
  return length;
}

function reversed(text) {
  return text.split("").reverse().join("");
}

// How much is the same in the beginning and at the end of two lines; nothing where the lines are not alike.
function common(first, second) {
  const start = alike(first, second);
  const end = alike(reversed(first.slice(start)), reversed(second.slice(start)));
  return start + end < ALIKE * Math.max(first.length, second.length) ? [0, 0] : [start, end];
}

function addLine(row, line, name, start, end) {
  const [number, cell] = [row.insertCell(), row.insertCell()];
  if (!line) {
    cell.className = "no";
    return;
  }
  number.textContent = line.number;
  cell.className = name;
  const place = name ? cell.appendChild(document.createElement(name)) : cell;
  const stop = line.text.length - end;
  if (start + end === 0) {
    place.append(line.text);
    return;
  }
  const mark = document.createElement("mark");
  mark.append(line.text.slice(start, stop));
  place.append(line.text.slice(0, start), ...(start < stop ? [mark] : []), line.text.slice(stop));
}

function addPairs(body, removed, added) {
  for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
    const [before, after] = [removed[index], added[index]];
    const [start, end] = before && after ? common(before.text, after.text) : [0, 0];
    const row = body.insertRow();
    addLine(row, before, "del", start, end);
    addLine(row, after, "ins", start, end);
  }
}

// Fills a table with a unified difference: a body for each place, a row for each pair of lines.
function addDifference(table, lines) {
  for (const [mark, name] of [["+", "added"], ["-", "removed"]]) {
    if (lines.every((line) => line[0] === mark)) table.classList.add(name);
  }
  let [old, next] = [1, 1];
  let [body, removed, added] = [table.createTBody(), [], []];
  const finish = () => {
    addPairs(body, removed, added);
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    const text = line.slice(1);
    if (line[0] === "-") removed.push({ number: old++, text });
    else if (line[0] === "+") added.push({ number: next++, text });
    else if (line[0] === "@") {
      finish();
      if (body.rows.length) body = table.createTBody();
      [old, next] = Array.from(line.matchAll(/[-+](\d+)/g), (found) => Number(found[1]));
    } else {
      finish();
      const row = body.insertRow();
      row.className = "same";
      addLine(row, { number: old++, text }, "", 0, 0);
      addLine(row, { number: next++, text }, "", 0, 0);
    }
  }
  finish();
}

// -- What changes in the texts of an account, taken from the shelf at the page's end

function showSource(place) {
  if (place.querySelector(".source")) return;
  const source = document.importNode(document.querySelector(".shelf > template").content, true);
  addDifference(source.querySelector("table"), document.getElementById(place.dataset.text).querySelector("pre").textContent.split("\n"));
  place.append(source);
}

const shown = new Set(); // places with frames, the one that was seen last at the end

function showFrames(place) {
  if (!place.querySelector(".rendered")) {
    const rendered = document.getElementById(place.dataset.text).querySelector("template").content;
    place.querySelector("h4").after(document.importNode(rendered, true));
  }
  for (const window of place.querySelectorAll(".window:not(:has(iframe))")) {
    const frame = document.importNode(window.querySelector("template").content, true).querySelector("iframe");
    frame.title = `${place.dataset.user}: ${frame.title}`;
    frame.loading = "eager"; // it is here because it is seen, or to be printed
    window.append(frame);
  }
  shown.delete(place);
  shown.add(place);
}

function hideFrames() {
  for (const place of shown) {
    if (shown.size * 2 <= FRAMES_AT_ONCE) return;
    for (const frame of place.querySelectorAll("iframe")) frame.remove();
    shown.delete(place);
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    showSource(target);
    showFrames(target);
  }
  hideFrames();
}, { rootMargin: "600px 0px" });

function open(account) {
  for (const place of account.element.querySelectorAll("[data-text]")) {
    seen.observe(place);
    if (shown.size * 2 < FRAMES_AT_ONCE) showFrames(place);
  }
}

function close(account) {
  for (const place of account.element.querySelectorAll("[data-text]")) seen.unobserve(place);
}

// -- The filter

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const sources = new Map();

function sourceOf(id) {
  if (!sources.has(id)) sources.set(id, plain(document.getElementById(id).querySelector("pre").textContent));
  return sources.get(id);
}

// An account as the filter sees it; its words are looked at once somebody looks for words.
function accountOf(element) {
  let words;
  return {
    element,
    details: element.querySelector("details"),
    department: element.dataset.department,
    kinds: element.dataset.kinds.split(" "),
    fields: element.dataset.fields.split(" "),
    has(word) {
      words ??= plain(`${element.textContent} ${element.closest("section").querySelector("h3")?.textContent}`);
      return words.includes(word) || Array.from(element.querySelectorAll("[data-text]")).some((each) => sourceOf(each.dataset.text).includes(word));
    },
  };
}

addEventListener("DOMContentLoaded", () => {
  const filter = document.querySelector(".filter");
  if (!filter) return;
  const status = filter.querySelector("[role=status]");
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const accounts = Array.from(document.querySelectorAll("[data-kinds]"), accountOf);
  const changed = accounts.filter((account) => account.details);
  const parts = document.querySelectorAll(".department, .remembered, .group");

  function chosen(id) {
    return document.getElementById(id)?.value ?? "";
  }

  function apply() {
    const [department, kind, field] = ["department", "kind", "field"].map(chosen);
    const words = plain(chosen("words")).split(/\s+/).filter(Boolean);
    const isAll = !(words.length || department || kind || field);
    let found = 0;
    for (const account of accounts) {
      account.element.hidden = !(
        (!department || account.department === department) &&
        (!kind || account.kinds.includes(kind)) &&
        (!field || account.fields.includes(field)) &&
        words.every(account.has)
      );
      if (account.details && !account.element.hidden) found += 1;
    }
    for (const part of parts) {
      part.hidden = !part.querySelector("[data-kinds]:not([hidden])");
      if (part.matches(".remembered")) part.open = !isAll;
    }
    const isNone = accounts.every(({ element }) => element.hidden);
    const text = isAll ? status.dataset.all : isNone ? status.dataset.none : status.dataset.some;
    status.textContent = text.replace("{shown}", number.format(found));
    status.classList.toggle("some", !isAll);
  }

  function openNamed() {
    const named = document.getElementById(location.hash.slice(1));
    const details = named?.matches("[data-kinds]") && named.querySelector("details");
    if (!details) return;
    details.open = true;
    named.scrollIntoView();
  }

  for (const account of changed) {
    account.details.addEventListener("toggle", () => (account.details.open ? open : close)(account));
  }
  filter.addEventListener("input", apply);
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("reset", () => setTimeout(apply));
  for (const [id, isOpen] of [["open", true], ["close", false]]) {
    document.getElementById(id).addEventListener("click", () => {
      for (const { element, details } of changed) if (!element.hidden) details.open = isOpen;
    });
  }
  addEventListener("beforeprint", () => {
    for (const { element } of changed) if (!element.hidden) element.querySelectorAll("[data-text]").forEach(showSource);
  });
  addEventListener("hashchange", openNamed);
  apply();
  openNamed();
});

"use strict";

// Shows the account that the address names. The mails wait in templates: a browser would take long to make frames of all.
document.documentElement.classList.add("scripted");

addEventListener("DOMContentLoaded", () => {
  const stage = document.getElementById("stage");
  const links = new Map(Array.from(document.querySelectorAll("nav a"), (link) => [link.hash, link]));
  const first = links.values().next().value;
  let current = first;

  function show() {
    const link = links.get(location.hash) ?? first;
    if (!link) return;
    current.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    if (link.dataset.mail !== current.dataset.mail) {
      const wasInside = stage.contains(document.activeElement);
      stage.replaceChildren(document.getElementById(link.dataset.mail).content.cloneNode(true));
      const heading = stage.querySelector("h2");
      heading.scrollIntoView({ block: "nearest" });
      if (wasInside) heading.focus();
    }
    current = link;
  }

  addEventListener("hashchange", show);
  show();
});

// The menu on narrow screens. Without this script the link leads to the same links in the foot.

export function openMenu() {
  for (const link of document.querySelectorAll("[data-menu]")) {
    const menu = document.getElementById(link.dataset.menu);
    if (!menu) continue;
    const show = (open) => {
      menu.toggleAttribute("data-open", open);
      link.setAttribute("aria-expanded", String(open));
    };
    link.setAttribute("role", "button");
    link.setAttribute("aria-controls", menu.id);
    show(false);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(!menu.hasAttribute("data-open"));
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      link.click();
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.hasAttribute("data-open")) return;
      show(false);
      link.focus();
    });
  }
}

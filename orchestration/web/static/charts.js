// Draw the charts of a filtered view with Vega. Without it their figures stand in the tables.
"use strict";
const OPTIONS = { actions: false, ast: true, defaultStyle: false, renderer: "svg", tooltip: false };
const isWide = matchMedia("(min-width: 761px)");

async function draw(place) {
  const chart = (isWide.matches && place.dataset.wideChart) || place.dataset.chart;
  try {
    await vegaEmbed(place, JSON.parse(chart), OPTIONS);
  } catch (error) {
    place.textContent = "This chart cannot be drawn. Its figures stand in the table.";
    place.removeAttribute("aria-hidden");
    console.error(error);
  }
}

function drawAll(root) {
  root.querySelectorAll("[data-chart]").forEach(draw);
}

document.addEventListener("widget-replaced", (event) => drawAll(event.target));
isWide.addEventListener("change", () => drawAll(document));
drawAll(document);

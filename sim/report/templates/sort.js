// Sort a table by a column when its heading is pressed; rows stay inside their group.
document.querySelectorAll("table.sortable").forEach(function (table) {
  var heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
  Array.prototype.forEach.call(heads, function (head, column) {
    var button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); button.click(); }
    });
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") !== "descending";
      Array.prototype.forEach.call(heads, function (h) { h.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      Array.prototype.forEach.call(table.tBodies, function (body) {
        Array.prototype.filter.call(body.rows, function (r) { return r.className !== "group"; })
          .map(function (row) { return { row: row, key: value(row.cells[column]) }; })
          .sort(function (a, b) {
            var order = typeof a.key === "number" && typeof b.key === "number"
              ? b.key - a.key : String(a.key).localeCompare(String(b.key));
            return down ? order : -order;
          })
          .forEach(function (item) { body.appendChild(item.row); });
      });
    });
  });
  function value(cell) {
    var text = cell.textContent.trim();
    var match = text.replace(/\u2212/g, "-").replace(/,/g, "").match(/^([+<-]?\s*[\d.]+)\s*(tn|bn|million|m|万亿|亿|万)?/);
    if (!match) return text === "–" || text === "" ? -Infinity : text;
    var unit = { tn: 1e6, bn: 1e3, m: 1, million: 1e6, "万亿": 1e12, "亿": 1e8, "万": 1e4 }[match[2]] || 1;
    return parseFloat(match[1].replace(/[+<\s]/g, "")) * unit;
  }
});
// Folded parts open for print, and when a link leads into them.
function unfold(part) {
  for (; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
}
addEventListener("beforeprint", function () { document.querySelectorAll("details.fold").forEach(unfold); });
addEventListener("hashchange", function () { unfold(document.getElementById(location.hash.slice(1))); });
unfold(document.getElementById(location.hash.slice(1)));

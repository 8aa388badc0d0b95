"""No module of ``sim`` imports, by whatever way, one that imports it."""

import grimp
import networkx as nx

ALLOWED = {("sim.model.agents", "sim.model.shell")}
"""Imports that may close a circle: an agent names the class of its model, for type checkers alone."""


def circles(imports):
    """Return the modules that import each other, a sorted list a circle."""
    return [sorted(found) for found in nx.strongly_connected_components(imports) if len(found) > 1]


def test_no_circle_of_imports() -> None:
    found = grimp.build_graph("sim", cache_dir=None)  # imports in functions and for type checkers count
    imports = nx.DiGraph()
    for module in found.modules:
        imports.add_edges_from((module, other) for other in found.find_modules_directly_imported_by(module))
    assert imports.number_of_edges() > 1000
    needed = {edge for edge in ALLOWED if imports.has_edge(*edge)}
    imports.remove_edges_from(ALLOWED)
    assert circles(imports) == []
    assert needed == ALLOWED, "an import that is no longer there need not be allowed"


def test_a_circle_is_seen() -> None:
    assert circles(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")])) == [["a", "b", "c"]]

from xml.etree import ElementTree

from tests.bench.plots import Panel, figure

SVG = "{http://www.w3.org/2000/svg}"
SIZES = (1, 10, 100)
UNITS = Panel("Read units", "organizations", SIZES, {"gate": (1, 1, 1), "list": (8.5, 90, 100)})


def test_a_plot_has_a_line_for_each_flow_and_says_from_where_to_where_it_leads() -> None:
    drawn = ElementTree.fromstring(figure([UNITS, Panel("Own time, x", "organizations", SIZES, {"gate": (1, 1, 2)})]))
    lines = drawn.findall(f"{SVG}polyline")
    assert len(lines) == 3
    assert len({line.get("stroke") for line in lines}) == 2
    told = [text.text for text in drawn.findall(f"{SVG}text")]
    assert "gate; Read units: 1; Own time, x: 1 to 2" in told
    assert "list; Read units: 8.5 to 100" in told


def test_more_is_higher_and_a_decade_is_a_decade_everywhere() -> None:
    [_, line] = ElementTree.fromstring(figure([UNITS])).findall(f"{SVG}polyline")
    (x1, y1), (x2, y2), (x3, y3) = (map(float, point.split(",")) for point in line.attrib["points"].split())
    assert round(x2 - x1) == round(x3 - x2)
    assert y1 > y2 > y3

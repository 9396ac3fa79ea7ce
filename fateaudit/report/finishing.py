"""What the renderer leaves undone in a tagged, archival PDF.

WeasyPrint 70 names each attachment twice in /AF and gives table headers no /Scope.
"""

from typing import Any


def finish(document: Any, pdf: Any) -> None:  # noqa: ARG001 - the renderer passes both
    """Name each attachment once, and say of each table header whether it heads a column or a row."""
    import pydyf  # noqa: PLC0415 - only a PDF needs it

    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    dictionaries = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary)]
    elements = {item.reference: item for item in dictionaries if item.get("Type") == "/StructElem"}
    for element in elements.values():
        if element.get("S") == "/TH":
            element["A"]["Scope"] = "/Column" if _is_in_head(element, elements) else "/Row"


def _is_in_head(element: dict[str, Any], elements: dict[bytes, dict[str, Any]]) -> bool:
    above = elements.get(element["P"])
    while above is not None and above["S"] != "/Table":
        if above["S"] == "/THead":
            return True
        above = elements.get(above["P"])
    return False

"""How Sphinx makes a site of these pages: `make docs`. The pages are written for GitHub, which needs none of it."""

from sphinx.application import Sphinx

project = "Organization billing"
html_title = project
extensions = ["myst_parser", "sphinx_copybutton", "sphinxcontrib.mermaid"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 4
root_doc = "README"
html_theme = "furo"
html_show_copyright = False
exclude_patterns = ["conf.py"]

CONTENTS = """
```{toctree}
:hidden:
:glob:
:caption: To learn
tutorial
```
```{toctree}
:hidden:
:glob:
:caption: To do
how-to/*
how-to/operate/*
```
```{toctree}
:hidden:
:glob:
:caption: To look up
reference/*
glossary
```
```{toctree}
:hidden:
:glob:
:caption: To understand
explanation/*
explanation/decisions/*
```
"""


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _with_contents)


def _with_contents(app: Sphinx, page: str, source: list[str]) -> None:
    if page == root_doc:
        source[0] += CONTENTS

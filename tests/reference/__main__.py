"""Write the reference pages that are made from the types: `make reference`."""

from tests.reference import events, http_api, openapi, python_client

if __name__ == "__main__":
    for path, text in {**events.PAGES, **http_api.PAGES, **openapi.PAGES, **python_client.PAGES}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text())

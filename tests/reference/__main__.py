"""Write the reference pages that are made from the types: `make reference`."""

from tests.reference import deployment, events, http_api, openapi

if __name__ == "__main__":
    for path, text in {**deployment.PAGES, **events.PAGES, **http_api.PAGES, **openapi.PAGES}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text())
